import { afterEach, beforeEach, expect, it } from 'vitest';
import { TerminalError } from '../../core/errors.ts';
import { MemoryControl } from '../testing/memory-control.ts';
import { SESSION, stateOf } from '../testing/states.ts';
import { startWorld, type World } from '../testing/world.ts';

const WEB = '/api/v1/applications/web';
const ROLLOUT = `${WEB}/rollouts/Service/web`;
const RESOURCE = `${WEB}/resources/Service/web`;

let control: MemoryControl;
let world: World;
let deployer: string;
let viewer: string;
beforeEach(async () => {
  control = new MemoryControl(stateOf('web'));
  world = await startWorld({ control });
  deployer = await world.token({ name: 'ci', access: 'deployer' });
  viewer = await world.token({ access: 'viewer' });
});
afterEach(() => world.close());

it('a viewer sees phase, steps, weights and both sides of a rollout', async () => {
  const { status, json } = await world.ask('GET', ROLLOUT, { as: viewer });
  expect([status, json]).toMatchObject([
    200,
    {
      kind: 'Rollout',
      phase: 'AwaitingPromotion',
      step: 2,
      stepsOf: 3,
      allows: ['promote', 'abort'],
      steps: [
        { name: 'SCALE_UP', endedAt: '2026-01-01T00:00:40.000Z' },
        { status: 'InProgress' },
        { status: 'Pending' },
      ],
      sides: [{ weight: 90 }, { weight: 10 }],
    },
  ]);
  expect((await world.ask('GET', `${WEB}/rollouts`, { as: viewer })).json).toMatchObject({
    items: [{ ref: 'Service/web' }],
  });
  expect((await world.ask('GET', `${RESOURCE}/tasks`, { as: viewer })).json).toMatchObject({
    items: [{ zone: 'eu-west-1a', containers: [{ execAgent: 'RUNNING' }] }],
  });
});

it('a deployer steers, in their own name, and the audit log says what', async () => {
  const body = { action: 'promote' };
  expect((await world.ask('POST', `${ROLLOUT}/actions`, { as: viewer, body })).json).toMatchObject({
    code: 'Forbidden',
    detail: 'you may not do rollout.act with "web": it needs the role deployer',
  });
  expect((await world.ask('POST', `${ROLLOUT}/actions`, { as: deployer, body })).status).toBe(200);
  expect(control.asked).toEqual([['act', 'web', 'Service/web', 'promote', 'ci']]);
  const admin = await world.token();
  const { json } = await world.ask('GET', '/api/v1/audit', { as: admin });
  expect(json['items']).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ action: 'rollout.act', detail: 'promote Service/web', result: 'Succeeded' }),
      expect.objectContaining({ action: 'rollout.act', result: 'Refused', code: 'Forbidden' }),
    ]),
  );
});

it('what a rollout does not allow now is a conflict, in the words of the driver', async () => {
  control.failure = new TerminalError(
    'NotAllowed',
    'cannot promote a Rolling rollout that is InProgress; allowed now: abort',
  );
  const body = { action: 'promote' };
  expect((await world.ask('POST', `${ROLLOUT}/actions`, { as: deployer, body })).json).toMatchObject({
    status: 409,
    code: 'NotAllowed',
    detail: 'cannot promote a Rolling rollout that is InProgress; allowed now: abort',
  });
  const wrong = await world.ask('POST', `${ROLLOUT}/actions`, { as: deployer, body: { action: 'promot' } });
  expect(wrong.json).toMatchObject({ status: 400, detail: expect.stringContaining('promote') });
});

it('a number of tasks holds for an hour unless it is said for how long', async () => {
  await world.ask('POST', `${RESOURCE}/scale`, { as: deployer, body: { count: 7 } });
  await world.ask('POST', `${RESOURCE}/scale`, { as: deployer, body: { count: 0, forSeconds: 60 } });
  const until = (seconds: number): Date => new Date(world.clock.now().getTime() + seconds * 1000);
  expect(control.asked).toEqual([
    ['scale', 'web', 'Service/web', { count: 7, until: until(3600), by: 'ci' }],
    ['scale', 'web', 'Service/web', { count: 0, until: until(60), by: 'ci' }],
  ]);
});

it('a session is for admins, its token is shown once, and the command is in the audit log', async () => {
  const body = { command: 'cat /etc/hostname', container: 'web' };
  expect((await world.ask('POST', `${RESOURCE}/exec`, { as: deployer, body })).json).toMatchObject({
    code: 'Forbidden',
  });
  const admin = await world.token();
  const { json } = await world.ask('POST', `${RESOURCE}/exec`, { as: admin, body });
  expect(json).toEqual({ kind: 'ExecSession', ...SESSION });
  const audit = (await world.ask('GET', '/api/v1/audit', { as: admin })).text;
  expect(audit).toContain('Service/web: cat /etc/hostname');
  expect(audit + JSON.stringify(world.events)).not.toContain(SESSION.token);
});

it('a Job is run as an operation that says so', async () => {
  const { status, json } = await world.ask('POST', `${WEB}/resources/Job/migrate/run`, { as: deployer });
  expect([status, json]).toMatchObject([202, { kind: 'Operation', job: 'Job/migrate', initiator: { name: 'ci' } }]);
});

it('a kind that is none is refused before anything is asked', async () => {
  const { json } = await world.ask('GET', `${WEB}/rollouts/service/web`, { as: viewer });
  expect(json).toMatchObject({ status: 400, detail: '"service" is no kind, expected one such as Service' });
  expect(control.asked).toEqual([]);
});
