import { CreateDeploymentCommand, GetApplicationRevisionCommand } from '@aws-sdk/client-codedeploy';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { appSpec, type CodeDeploySandbox, codeDeploySandbox } from './testing/codedeploy-sandbox.ts';

let on: CodeDeploySandbox;
beforeEach(async () => {
  on = await codeDeploySandbox();
  await on.createGroup();
});
afterEach(() => on.sandbox.close());

test('a deployment shows its AppSpec by its hash alone, and GetApplicationRevision its content', async () => {
  const content = appSpec(await on.register({ image: 'web:2' }));
  const { deploymentId = '' } = await on.codedeploy.send(
    new CreateDeploymentCommand({
      applicationName: 'shop',
      deploymentGroupName: 'web',
      revision: { revisionType: 'AppSpecContent', appSpecContent: { content } },
    }),
  );
  const { revision } = await on.deployment(deploymentId);
  expect(revision?.appSpecContent).toEqual({ sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  const found = await on.codedeploy.send(new GetApplicationRevisionCommand({ applicationName: 'shop', revision }));
  expect(found.revision?.appSpecContent).toEqual({ content, sha256: revision?.appSpecContent?.sha256 });
  expect(found.revisionInfo).toMatchObject({ deploymentGroups: ['web'] });
});

test('a revision that was never deployed is RevisionDoesNotExistException', async () => {
  const revision = { revisionType: 'AppSpecContent', appSpecContent: { sha256: '0'.repeat(64) } } as const;
  const call = on.codedeploy.send(new GetApplicationRevisionCommand({ applicationName: 'shop', revision }));
  await expect(call).rejects.toMatchObject({ name: 'RevisionDoesNotExistException' });
});
