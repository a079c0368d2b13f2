import { ApplicationAutoScalingClient, RegisterScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clientSettings } from '../../../test/clients.ts';
import { type EcsSandbox, ecsSandbox, isCompleted } from '../ecs/testing/ecs-sandbox.ts';
import { eventQueue } from '../eventbridge/testing/event-queue.ts';

let on: EcsSandbox;
beforeEach(async () => {
  on = await ecsSandbox();
  await on.register();
  await on.create({ desiredCount: 1 });
  await on.until(isCompleted);
});
afterEach(() => on.close());

/** Scales the service to 2, which is all that the bounds leave. */
async function scaleOut(): Promise<void> {
  const client = new ApplicationAutoScalingClient(clientSettings(on.sandbox.url));
  await client.send(
    new RegisterScalableTargetCommand({
      ServiceNamespace: 'ecs',
      ResourceId: 'service/main/web',
      ScalableDimension: 'ecs:service:DesiredCount',
      MinCapacity: 2,
      MaxCapacity: 2,
    }),
  );
}

test('scaled to max: EventBridge is told when a target reaches its bound', async () => {
  const queue = await eventQueue(on.sandbox.url, { source: ['aws.application-autoscaling'] });
  await scaleOut();
  expect(await queue.drain()).toMatchObject([
    {
      'detail-type': 'Application Auto Scaling Scaling Activity State Change',
      resources: [],
      detail: {
        newDesiredCapacity: 2,
        oldDesiredCapacity: 1,
        minCapacity: 2,
        maxCapacity: 2,
        resourceId: 'service/main/web',
        scalableDimension: 'ecs:service:DesiredCount',
        serviceNamespace: 'ecs',
        statusCode: 'Successful',
        scaledToMax: true,
        direction: 'scale-out',
      },
    },
  ]);
});

test('CloudTrail: the calls of Application Auto Scaling, and those that it makes itself', async () => {
  await scaleOut();
  await on.sandbox.advance(9 * 60_000);
  const cloudtrail = new CloudTrailClient(clientSettings(on.sandbox.url));
  const find = async (AttributeValue: string) => {
    const LookupAttributes = [{ AttributeKey: 'EventName' as const, AttributeValue }];
    const { Events = [] } = await cloudtrail.send(new LookupEventsCommand({ LookupAttributes }));
    return JSON.parse(Events[0]?.CloudTrailEvent ?? '{}') as object;
  };
  expect(await find('RegisterScalableTarget')).toMatchObject({
    eventSource: 'autoscaling.amazonaws.com',
    requestParameters: { resourceId: 'service/main/web', serviceNamespace: 'ecs', minCapacity: 2, maxCapacity: 2 },
    additionalEventData: { service: 'application-autoscaling' },
  });
  const role = 'AWSServiceRoleForApplicationAutoScaling_ECSService';
  expect(await find('UpdateService')).toMatchObject({
    userIdentity: {
      type: 'AssumedRole',
      arn: `arn:aws:sts::111122223333:assumed-role/${role}/AutoScaling-UpdateDesiredCapacity`,
      invokedBy: 'ecs.application-autoscaling.amazonaws.com',
      sessionContext: { sessionIssuer: { userName: role } },
    },
    sourceIPAddress: 'ecs.application-autoscaling.amazonaws.com',
    requestParameters: { cluster: 'main', service: 'web', desiredCount: 2 },
  });
});
