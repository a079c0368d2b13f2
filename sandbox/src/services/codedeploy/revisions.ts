import type { GetApplicationRevisionInput, RevisionLocation } from '@aws-sdk/client-codedeploy';
import { AwsError, type Call } from '../../kernel/service.ts';
import type { Scope, World } from '../../kernel/world.ts';
import { applicationOf } from './lookup.ts';
import { codeDeployState, type DeploymentState } from './state.ts';

/**
 * A revision as deployments show it: "The content property of the appSpecContent object in the returned revision is
 * always null. Use GetApplicationRevision and the sha256 property ... to get the content".
 * https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_GetDeployment.html
 */
export function withoutContent(revision: RevisionLocation): RevisionLocation {
  const { appSpecContent } = revision;
  return appSpecContent === undefined ? revision : { ...revision, appSpecContent: { sha256: appSpecContent.sha256 } };
}

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_GetApplicationRevision.html: what was deployed before. */
export function getApplicationRevision(input: GetApplicationRevisionInput, { world, scope }: Call): object {
  const { name: applicationName } = applicationOf(world, scope, input.applicationName);
  const hash = hashOf(input.revision);
  const uses = deploymentsOf(world, scope, applicationName).filter(({ revision }) => hashIn(revision) === hash);
  const [first] = uses;
  const last = uses.at(-1);
  if (first?.revision === undefined || last === undefined) {
    throw new AwsError('RevisionDoesNotExistException', `No revision found for application: ${applicationName}`);
  }
  return {
    applicationName,
    revision: first.revision,
    revisionInfo: {
      deploymentGroups: [...new Set(uses.map(({ group }) => group.name))],
      firstUsedTime: new Date(first.createdAt),
      lastUsedTime: new Date(last.createdAt),
      registerTime: new Date(first.createdAt),
    },
  };
}

function hashOf(revision: RevisionLocation | undefined): string {
  if (revision === undefined) throw new AwsError('RevisionRequiredException', 'Revision must be specified');
  const hash = hashIn(revision);
  if (hash === undefined)
    throw new AwsError('InvalidRevisionException', 'The sha256 of the revision must be specified');
  return hash;
}

function hashIn(revision: RevisionLocation | undefined): string | undefined {
  return revision?.appSpecContent?.sha256 ?? revision?.string?.sha256;
}

/** Those of an application, the oldest first. */
function deploymentsOf(world: World, scope: Scope, applicationName: string): readonly DeploymentState[] {
  return Object.values(codeDeployState(world, scope).deployments).filter(
    (deployment) => deployment.applicationName === applicationName,
  );
}
