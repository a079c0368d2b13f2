import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clientSettings } from '../../../test/clients.ts';
import { eventQueue } from '../eventbridge/testing/event-queue.ts';
import { type CodeDeploySandbox, codeDeploySandbox } from './testing/codedeploy-sandbox.ts';

let on: CodeDeploySandbox;
beforeEach(async () => {
  on = await codeDeploySandbox();
});
afterEach(() => on.close());

test('CodeDeploy Deployment State-change Notification: EventBridge is told where a deployment stands', async () => {
  const queue = await eventQueue(on.sandbox.url, { source: ['aws.codedeploy'] });
  await on.createGroup({
    blueGreenDeploymentConfiguration: {
      deploymentReadyOption: { actionOnTimeout: 'STOP_DEPLOYMENT', waitTimeInMinutes: 1 },
    },
  });
  const id = await on.deploy(await on.register({ image: 'web:2' }));
  const { rollbackInfo } = await on.untilStatus(id, 'Stopped');
  const rollback = rollbackInfo?.rollbackDeploymentId ?? '';
  await on.untilStatus(rollback, 'Succeeded');
  const events = await queue.drain();
  expect(events.map(({ detail }) => [detail.deploymentId, detail.state])).toEqual([
    [id, 'START'],
    [id, 'READY'],
    [id, 'STOP'],
    [rollback, 'START'],
    [rollback, 'SUCCESS'],
  ]);
  expect(events[0]).toMatchObject({
    'detail-type': 'CodeDeploy Deployment State-change Notification',
    resources: [
      'arn:aws:codedeploy:eu-west-1:111122223333:application:shop',
      'arn:aws:codedeploy:eu-west-1:111122223333:deploymentgroup:shop/web',
    ],
    detail: { region: 'eu-west-1', application: 'shop', deploymentGroup: 'web', instanceGroupId: expect.any(String) },
  });
});

test('CloudTrail: the calls of CodeDeploy to ECS and Elastic Load Balancing are those of its service role', async () => {
  await on.createGroup();
  const id = await on.deploy(await on.register({ image: 'web:2' }));
  await on.untilStatus(id, 'Succeeded');
  await on.sandbox.advance(9 * 60_000);
  const cloudtrail = new CloudTrailClient(clientSettings(on.sandbox.url));
  const find = async (AttributeValue: string) => {
    // Two look-ups a second are allowed.
    await on.sandbox.advance(1000);
    const LookupAttributes = [{ AttributeKey: 'EventName' as const, AttributeValue }];
    const { Events = [] } = await cloudtrail.send(new LookupEventsCommand({ LookupAttributes }));
    return JSON.parse(Events[0]?.CloudTrailEvent ?? '{}') as object;
  };
  const identity = {
    type: 'AssumedRole',
    arn: 'arn:aws:sts::111122223333:assumed-role/codedeploy/CodeDeploy',
    invokedBy: 'codedeploy.amazonaws.com',
    sessionContext: { sessionIssuer: { arn: 'arn:aws:iam::111122223333:role/codedeploy' } },
  };
  expect(await find('ModifyListener')).toMatchObject({
    userIdentity: identity,
    requestParameters: { listenerArn: on.listeners.production },
  });
  expect(await find('CreateTaskSet')).toMatchObject({ userIdentity: identity, requestParameters: { externalId: id } });
  expect(await find('UpdateServicePrimaryTaskSet')).toMatchObject({ userIdentity: identity });
  expect(await find('DeleteTaskSet')).toMatchObject({ requestParameters: { force: true } });
});
