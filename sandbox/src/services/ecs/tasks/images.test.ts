import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EcsSandbox, ecsSandbox, isCompleted } from '../testing/ecs-sandbox.ts';

const executionRoleArn = 'arn:aws:iam::111122223333:role/execution';
const image = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/web';

let on: EcsSandbox;
beforeEach(async () => {
  on = await ecsSandbox();
});
afterEach(() => on.close());

/** Pushes another image under the tag, and gives its digest. */
async function push(tag: string): Promise<string> {
  const body = JSON.stringify({ image: `${image}:${tag}` });
  const answer = await fetch(`${on.sandbox.url}/_sandbox/images`, { method: 'POST', body });
  return ((await answer.json()) as { digest: string }).digest;
}

const digests = async () => (await on.tasks()).map(({ containers }) => containers?.[0]?.imageDigest);

test('container images: all tasks of a service revision run the digest that their tag had when it was deployed', async () => {
  const first = await push('v1');
  await on.register({ image: `${image}:v1` }, { executionRoleArn });
  await on.create({ desiredCount: 1 });
  await on.until(isCompleted);
  await push('v1');
  await on.ecs.send(new UpdateServiceCommand({ cluster: 'main', service: 'web', desiredCount: 2 }));
  await on.sandbox.advance(60_000);
  expect(await digests()).toEqual([first, first]);
  const { currentServiceDeployment = '' } = await on.service();
  const { serviceDeployments } = await on.ecs.send(
    new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [currentServiceDeployment] }),
  );
  const serviceRevisionArns = [serviceDeployments?.[0]?.targetServiceRevision?.arn ?? ''];
  const { serviceRevisions } = await on.ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns }));
  expect(serviceRevisions?.[0]?.containerImages).toEqual([
    { containerName: 'web', image: `${image}:v1`, imageDigest: first },
  ]);
});

test('container images: with versionConsistency disabled a task runs what the tag means when it starts', async () => {
  const first = await push('v1');
  await on.register({ image: `${image}:v1`, versionConsistency: 'disabled' }, { executionRoleArn });
  await on.create({ desiredCount: 1 });
  await on.until(isCompleted);
  const second = await push('v1');
  await on.ecs.send(new UpdateServiceCommand({ cluster: 'main', service: 'web', desiredCount: 2 }));
  await on.sandbox.advance(60_000);
  expect(new Set(await digests())).toEqual(new Set([first, second]));
});

test('container images: a tag that its repository does not have cannot be pulled', async () => {
  await push('v1');
  await on.register({ image: `${image}:v2` }, { executionRoleArn });
  await on.create({ desiredCount: 1 });
  await on.sandbox.advance(60_000);
  const [stopped] = await on.tasks('STOPPED');
  expect(stopped?.stoppedReason).toBe(
    `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}:v2: not found`,
  );
});
