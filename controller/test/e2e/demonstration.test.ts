import { ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { expect, it, vi } from 'vitest';
import { ACCOUNT, REGION } from '../harness.ts';
import { NEXT } from '../matrix/manifests.ts';
import { type Demonstration, demonstration } from './demonstration.ts';

const MINUTE = 60_000;

function ready(stage: Demonstration): boolean {
  return stage.running.controller
    .states()
    .every(({ conditions }) => conditions.some(({ type, status }) => type === 'Ready' && status === 'True'));
}

it('200 Applications in 12 repositories: one commit is one fetch and one reconcile, a sweep is a batch, drift is seen', async () => {
  await using stage = await demonstration(900);
  const { controller } = stage.running;
  await stage.until(() => controller.names().length === 200 && ready(stage));
  expect(new Set(stage.git.map(({ repo }) => repo)).size).toBe(12);
  // Each of the repositories was fetched once, whatever the number of Applications in it.
  expect(stage.git.filter(({ type }) => type === 'fetch')).toHaveLength(12);

  // The same seen through the HTTP API by the command line, in pages.
  const listed = await stage.app('list', '-o', 'json');
  expect(listed.stderr).toBe('');
  const { items } = JSON.parse(listed.stdout) as { items: { status: { sync: { status: string } } }[] };
  expect(items.map(({ status }) => status.sync.status)).toEqual(Array.from({ length: 200 }, () => 'Synced'));

  // One commit to one path of the repository with 150 Applications.
  const [shop] = stage.shops;
  if (shop === undefined) throw new Error('there are no shops');
  await stage.commit(shop, NEXT);
  const { repoURL } = controller.state(shop.name)?.spec.source ?? { repoURL: '' };
  stage.git.length = 0;
  stage.looks.length = 0;
  stage.calls.length = 0;
  const pushedAt = performance.now();
  expect(controller.webhook({ repoURLs: [repoURL] })).toBe(150);
  const mutations = () => stage.calls.filter(({ operation }) => /^(Register|Update|Create)/u.test(operation));
  // No time passes meanwhile: nothing on the way from a push to the first mutation waits for a clock.
  await vi.waitFor(() => expect(mutations()).not.toEqual([]), { timeout: 5_000, interval: 5 });
  expect((mutations()[0]?.at ?? Infinity) - pushedAt).toBeLessThan(5_000);
  await stage.until(() => controller.state(shop.name)?.operation === undefined && ready(stage));
  const requests = stage.git.filter(({ repo }) => repo === repoURL);
  expect(requests.map(({ type }) => type).toSorted()).toEqual(['fetch', 'ls-remote']);
  expect(stage.looks.filter(({ kind }) => kind === 'source')).toEqual([{ application: shop.name, kind: 'source' }]);
  expect(new Set(stage.looks.map(({ application }) => application))).toEqual(new Set([shop.name]));

  // A sweep reads 199 services by ten.
  stage.calls.length = 0;
  stage.looks.length = 0;
  await stage.until(() => stage.looks.length >= 199, 30 * MINUTE);
  await stage.pass(1_000);
  const described = stage.calls.filter(({ operation }) => operation === 'DescribeServices').length;
  expect(described).toBeLessThanOrEqual(22);

  // Somebody changes a service by hand, and an event tells of it.
  const ecs = new ECSClient({
    endpoint: stage.sandbox.url,
    region: REGION,
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'secret' },
  });
  const victim = 'mono-42';
  const [api] = controller.resources(victim);
  const service = api?.parts.find(({ type }) => type === 'ecs:service')?.id ?? '';
  await ecs.send(new UpdateServiceCommand({ cluster: 'main', service, desiredCount: 3 }));
  ecs.destroy();
  const alice = `arn:aws:sts::${ACCOUNT}:assumed-role/Admin/alice`;
  const receivedAt = new Date(stage.sandbox.now());
  const destination = { accountId: ACCOUNT, region: REGION };
  controller.touch({
    destination,
    objects: [service],
    principal: alice,
    at: receivedAt,
    receivedAt,
    event: 'UpdateService',
  });
  await stage.until(() => stage.events.some(({ code }) => code === 'application.drift'), 2_000);
  const drift = stage.events.find(({ code }) => code === 'application.drift');
  expect(drift?.at.getTime()).toBeLessThanOrEqual(receivedAt.getTime() + 2_000);
  expect(drift?.data).toMatchObject({
    application: victim,
    changes: [{ ref: 'Service/api', path: '/desiredCount', principal: alice }],
  });
  const got = await stage.app('get', victim);
  expect(got.stdout).toMatch(/changed by hand: Service\/api\/desiredCount by \S*alice/u);
  await stage.until(() => controller.state(victim)?.drift.length === 0 && ready(stage));
  expect((await stage.app('history', victim)).stdout).toMatch(/Succeeded +self-heal/u);
  expect((await stage.app('diff', victim)).code).toBe(0);
  expect((await controller.history(victim)).at(-1)).toMatchObject({
    initiator: { kind: 'self-heal' },
    phase: 'Succeeded',
  });
}, 120_000);
