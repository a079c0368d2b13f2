import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InvalidInputError, TerminalError, WaitError } from '../core/errors.ts';
import { type RouteKey, routeKeys, schemasOf } from './openapi/schemas.ts';
import { answerChecker } from './openapi/validation.ts';
import { MemoryControl } from './testing/memory-control.ts';
import { operationOf, stateOf, planOf } from './testing/states.ts';
import { startWorld, type World } from './testing/world.ts';

let control: MemoryControl;
let world: World;
let admin: string;
beforeEach(async () => {
  control = new MemoryControl(stateOf('api'), stateOf('mail', { project: 'post' }), stateOf('web'));
  control.projectStates = [
    { name: 'post', spec: {} },
    { name: 'shop', spec: { description: 'the shop' } },
  ];
  world = await startWorld({ control });
  admin = await world.token();
});
afterEach(() => world.close());

const namesOf = (json: object): readonly string[] =>
  (json as { items: { metadata: { name: string } }[] }).items.map(({ metadata }) => metadata.name);

describe('a list of Applications', () => {
  const list = async (query: string, as = admin): Promise<readonly string[]> =>
    namesOf((await world.ask('GET', `/api/v1/applications${query}`, { as })).json);

  it('has those that one may see, in the order of their names', async () => {
    expect(await list('')).toEqual(['api', 'mail', 'web']);
    expect(await list('', await world.token({ project: 'post', access: 'viewer' }))).toEqual(['mail']);
    expect(await list('', await world.token({ access: 'viewer', applications: ['*b'] }))).toEqual(['web']);
  });

  it('is filtered by Project, status, place, label and text', async () => {
    control.put(
      stateOf('web', {
        problem: 'no access to git',
        labels: { tier: 'web' },
        spec: { source: { repoURL: 'git@x:infra.git' } },
      }),
    );
    expect(await list('?project=post')).toEqual(['mail']);
    expect(await list('?sync=Unknown,OutOfSync')).toEqual(['web']);
    expect(await list('?health=Healthy&project=shop')).toEqual(['api', 'web']);
    expect(await list('?selector=tier%3Dweb')).toEqual(['web']);
    expect(await list('?search=INFRA')).toEqual(['web']);
    expect(await list('?region=us-east-1')).toEqual([]);
    expect(await list('?account=111111111111&selector=team%20in%20(shop,x)')).toEqual(['api', 'mail']);
  });

  it('goes on where the page before ended, also when that Application is gone', async () => {
    const first = await world.ask('GET', '/api/v1/applications?limit=1', { as: admin });
    const { metadata } = first.json as unknown as { metadata: { continue: string; remainingItemCount: number } };
    expect(metadata.remainingItemCount).toBe(2);
    control.known.delete('api');
    expect(await list(`?limit=1&continue=${metadata.continue}`)).toEqual(['mail']);
  });

  it('has no next page behind the last one that fits a filter', async () => {
    const { json } = await world.ask('GET', '/api/v1/applications?limit=1&project=post', { as: admin });
    expect(json).toMatchObject({ metadata: {}, items: [{ metadata: { name: 'mail' } }] });
    expect(json['metadata']).toEqual({});
  });

  it.each([
    ['?limit=0', 'query.limit: must be >= 1'],
    ['?limit=many', 'query.limit: must be integer'],
    ['?projct=a', 'did you mean "project"?'],
    ['?continue=%25%25', 'continue is not one that a list gave'],
    ['?selector=a%20in', '"a in" is no requirement of a label selector'],
  ])('refuses %s and says why', async (query, says) => {
    const { status, json } = await world.ask('GET', `/api/v1/applications${query}`, { as: admin });
    expect(status).toBe(400);
    expect(json['detail']).toContain(says);
  });
});

describe('an Application', () => {
  it('that one may not see is not there, as one that is not there', async () => {
    const viewer = await world.token({ project: 'shop', access: 'viewer' });
    for (const name of ['mail', 'nobody']) {
      const { status, json } = await world.ask('GET', `/api/v1/applications/${name}`, { as: viewer });
      expect([status, json['detail']]).toEqual([404, `there is no Application "${name}", or you may not see it`]);
      expect((await world.ask('POST', `/api/v1/applications/${name}/sync`, { as: viewer, body: {} })).status).toBe(404);
    }
  });

  it('shows its last good status while it cannot be read, as Unknown', async () => {
    control.put(stateOf('web', { problem: 'could not read https://bot:hunter2@git.example.com/web.git' }));
    const { json } = await world.ask('GET', '/api/v1/applications/web', { as: admin });
    expect(json['status']).toMatchObject({
      sync: { status: 'Unknown', revision: 'c0ffee' },
      health: { status: 'Healthy' },
      problem: 'could not read https://git.example.com/web.git',
      link: 'https://git.example.com/web',
    });
  });
});

describe('what may be done', () => {
  const MUTATIONS: readonly (readonly [access: string, method: string, path: string, body: object | undefined])[] = [
    ['viewer', 'POST', '/refresh', undefined],
    ['viewer', 'POST', '/plan', {}],
    ['deployer', 'POST', '/sync', {}],
    ['deployer', 'POST', '/rollback', { id: '1' }],
    ['deployer', 'POST', '/release', undefined],
    ['deployer', 'DELETE', '/operations/current', undefined],
    ['admin', 'POST', '/sync', { approveDeletions: true }],
    ['admin', 'DELETE', '?cascade=true', undefined],
  ];

  it.each(MUTATIONS)('needs the role %s for %s %s', async (access, method, path, body) => {
    const levels = ['viewer', 'deployer', 'admin'] as const;
    for (const level of levels) {
      const as = await world.token({ project: 'shop', access: level });
      const { status, json } = await world.ask(method, `/api/v1/applications/web${path}`, { as, body });
      const isEnough = levels.indexOf(level) >= levels.indexOf(access as (typeof levels)[number]);
      expect([level, isEnough ? status < 300 : json['code']]).toEqual([level, isEnough ? true : 'Forbidden']);
    }
  });

  it('needs the role admin to approve a plan that has more deletions than maxDeletions', async () => {
    const refusal = { code: 'Deletions', approvable: true, message: '3 resources would be deleted' } as const;
    control.plan = async (name) => ({ ...planOf(name), refusals: [refusal] });
    const approve = async (access: 'deployer' | 'admin'): Promise<number> => {
      const as = await world.token({ project: 'shop', access });
      const body = { prune: true, approvePlan: 'any' };
      return (await world.ask('POST', '/api/v1/applications/web/sync', { as, body })).status;
    };
    expect([await approve('deployer'), await approve('admin')]).toEqual([403, 202]);
    control.plan = async (name) => planOf(name);
    expect(await approve('deployer')).toBe(202);
  });

  it('is asked of the controller with the name of who asks', async () => {
    const as = await world.token({ name: 'ci' });
    await world.ask('POST', '/api/v1/applications/web/sync', { as, body: { prune: true, resources: ['Service:web'] } });
    await world.ask('POST', '/api/v1/applications/web/rollback', { as });
    await world.ask('DELETE', '/api/v1/applications/web?cascade=true', { as });
    expect(control.asked).toEqual([
      ['sync', 'web', { prune: true, resources: ['Service:web'], initiator: { kind: 'person', name: 'ci' } }],
      ['rollback', 'web', undefined, 'ci'],
      ['delete', 'web', { cascade: true, by: 'ci' }],
    ]);
  });
});

describe('a failure', () => {
  const failing = async (failure: Error): Promise<readonly [number, unknown, string | null]> => {
    control.failure = failure;
    const { status, json, headers } = await world.ask('POST', '/api/v1/applications/web/sync', { as: admin, body: {} });
    return [status, json, headers.get('retry-after')];
  };

  it.each([
    [new TerminalError('OperationInProgress', 'one runs'), 409, 'OperationInProgress'],
    [new TerminalError('WindowClosed', 'until Monday'), 409, 'WindowClosed'],
    [new TerminalError('ProjectRefused', 'not this repository'), 403, 'ProjectRefused'],
    [new TerminalError('SomethingNew', 'of the engine'), 422, 'SomethingNew'],
    [new Error('could not read from remote repository'), 502, 'UpstreamFailed'],
  ])('%s is a problem', async (failure, status, code) => {
    expect(await failing(failure)).toMatchObject([
      status,
      { status, code, type: `urn:longshore:problem:${code}`, detail: failure.message },
      null,
    ]);
  });

  it('of the manifests names file, line and column', async () => {
    const position = { file: 'web.yaml', line: 3, column: 5 };
    const failure = new InvalidInputError([{ position, path: '/spec/image', message: 'expected a text' }]);
    expect(await failing(failure)).toMatchObject([
      422,
      { code: 'InvalidInput', problems: [{ ...position, path: '/spec/image', message: 'expected a text' }] },
      null,
    ]);
  });

  it('that passes says when to come back', async () => {
    const [status, , retryAfter] = await failing(new WaitError('busy', 2_500));
    expect([status, retryAfter]).toEqual([503, '3']);
  });

  it('of ours is logged under the name that the answer has, and the answer says nothing else of it', async () => {
    const [status, json] = await failing(new TypeError('cannot read /etc/longshore of undefined'));
    expect(status).toBe(500);
    expect(JSON.stringify(json)).not.toContain('/etc/longshore');
    const data = world.events.find(({ code }) => code === 'http.failed')?.data;
    expect((json as { instance: string }).instance).toBe(`urn:longshore:request:${data?.['request'] as string}`);
    expect(data?.['error']).toContain('cannot read /etc/longshore of undefined');
  });

  it('is answered as a problem for paths, methods and bodies that are not there', async () => {
    const asked = async (method: string, path: string, body?: string): Promise<unknown> =>
      (await world.ask(method, path, { as: admin, body })).json;
    expect(await asked('GET', '/api/v1/nothing')).toMatchObject({ status: 404, code: 'NotFound' });
    expect(await asked('PUT', '/api/v1/applications')).toMatchObject({ status: 404 });
    expect(await asked('POST', '/api/v1/applications/web/sync', '{')).toMatchObject({
      status: 400,
      code: 'InvalidRequest',
    });
    expect(await asked('POST', '/api/v1/applications/web/sync', '{"prun": true}')).toMatchObject({
      code: 'InvalidRequest',
      detail: expect.stringContaining('did you mean "prune"?'),
    });
    expect(await asked('POST', '/api/v1/applications/web/sync', '{"prune": "true"}')).toMatchObject({
      detail: 'body.prune: must be boolean',
    });
  });
});

describe('every answer', () => {
  const EXAMPLES: Partial<Record<RouteKey, readonly [path: string, body?: object]>> = {
    'GET /api/v1/applications/{name}': ['/api/v1/applications/web?wait=healthy&timeoutSeconds=0'],
    'GET /api/v1/applications/{name}/plan': ['/api/v1/applications/web/plan?prune=true&resources=Service:web'],
    'GET /api/v1/applications/{name}/manifests': ['/api/v1/applications/web/manifests?operation=1'],
    'POST /api/v1/tokens': ['/api/v1/tokens', { name: 'ci', access: 'viewer', project: 'shop' }],
    'DELETE /api/v1/tokens/{id}': ['/api/v1/tokens/ID'],
    'GET /api/v1/projects/{name}': ['/api/v1/projects/shop'],
    'POST /api/v1/applications/{name}/rollouts/{kind}/{resource}/actions': [
      '/api/v1/applications/web/rollouts/Service/web/actions',
      { action: 'promote' },
    ],
    'POST /api/v1/applications/{name}/resources/{kind}/{resource}/scale': [
      '/api/v1/applications/web/resources/Service/web/scale',
      { count: 7, forSeconds: 600 },
    ],
    'POST /api/v1/applications/{name}/resources/{kind}/{resource}/exec': [
      '/api/v1/applications/web/resources/Service/web/exec',
      { command: '/bin/sh' },
    ],
  };
  const streams: readonly RouteKey[] = [
    'GET /api/v1/events',
    'GET /api/v1/applications/{name}/events',
    'GET /api/v1/applications/{name}/logs',
  ];

  it.each(routeKeys().filter((key) => !streams.includes(key)))('of %s is as the API says', async (key) => {
    const running = operationOf('web', { results: [] });
    control.operations = [running, operationOf('web', { id: '2', phase: 'Succeeded', finishedAt: running.startedAt })];
    control.put(stateOf('web', { operation: running, drift: [{ ref: 'Service/web', path: '/desiredCount' }] }));
    const made = await world.ask('POST', '/api/v1/tokens', { as: admin, body: { name: 'other', access: 'viewer' } });
    const [method = '', template = ''] = key.split(' ');
    const [path, body] = EXAMPLES[key] ?? [
      template.replace('{name}', 'web').replace('{id}', '2').replace('{kind}/{resource}', 'Service/web'),
    ];
    const needsBody = schemasOf(key).body !== undefined && body === undefined;
    const answer = await world.ask(method, path.replace('ID', String(made.json['id'])), {
      as: admin,
      body: needsBody ? {} : body,
    });
    const { answer: schema } = schemasOf(key);
    expect(answer.status).toBeLessThan(300);
    if (schema === undefined) expect([204, 200]).toContain(answer.status);
    else expect(answerChecker()(schema['$ref'] as string, answer.json)).toEqual([]);
  });

  it('that refuses is a ProblemDetails', async () => {
    const { json } = await world.ask('GET', '/api/v1/applications');
    expect(answerChecker()('ProblemDetails#', json)).toEqual([]);
  });
});

describe('operations', () => {
  it('are listed newest first, page by page, and oldest first as the history', async () => {
    control.operations = ['1', '2', '3'].map((id) => operationOf('web', { id }));
    const idsOf = (json: object): unknown => (json as { items: { id: string }[] }).items.map(({ id }) => id);
    const first = await world.ask('GET', '/api/v1/applications/web/operations?limit=2', { as: admin });
    expect(idsOf(first.json)).toEqual(['3', '2']);
    const { continue: next } = (first.json as unknown as { metadata: { continue: string } }).metadata;
    const second = await world.ask('GET', `/api/v1/applications/web/operations?limit=2&continue=${next}`, {
      as: admin,
    });
    expect(idsOf(second.json)).toEqual(['1']);
    expect(second.json['metadata']).toEqual({});
    expect(idsOf((await world.ask('GET', '/api/v1/applications/web/history', { as: admin })).json)).toEqual([
      '1',
      '2',
      '3',
    ]);
  });
});

describe('probes', () => {
  it('are open: healthy while it runs, ready when every check is', async () => {
    const other = await startWorld({
      dependencies: { readiness: { load: async () => undefined, store: async () => 'disk full' } },
    });
    expect((await other.ask('GET', '/healthz')).status).toBe(200);
    const { status, text } = await other.ask('GET', '/readyz');
    expect([status, text]).toEqual([503, 'ok load\nnot ready store: disk full\n']);
    expect((await other.ask('GET', '/metrics')).text).toContain('# TYPE longshore_app_info gauge');
    await other.close();
  });
});
