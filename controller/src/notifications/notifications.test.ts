import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { virtualClock } from '../../test/virtual-clock.ts';
import type { Notification } from '../api/application.ts';
import { InvalidInputError } from '../core/errors.ts';
import type { Event } from '../core/events.ts';
import type { Plan } from '../core/plan.ts';
import { renderMarkdown } from '../core/render/markdown.ts';
import type { ApplicationState } from '../engine/control.ts';
import { memoryStore } from '../engine/stores/memory.ts';
import { notifier } from './notifier.ts';
import { createOutbox, type OutboxDeps } from './outbox.ts';
import { pullRequestPlans } from './pull-requests.ts';
import type { NotificationService } from './service.ts';
import { emailService } from './services/email.ts';
import { githubService, repositoryOf } from './services/github.ts';
import { slackService } from './services/slack.ts';
import { webhookService } from './services/webhook.ts';

/** A request as a server got it. */
interface Got {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let server: Server;
let url = '';
let got: Got[] = [];
/** What the server answers next; then 200 with `{"ok":true}`. */
let answers: { readonly status: number; readonly body: string; readonly headers?: Record<string, string> }[] = [];

beforeEach(async () => {
  got = [];
  answers = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      got.push({ method, path, headers, body: Buffer.concat(chunks).toString('utf8') });
      const { status, body, headers: extra = {} } = answers.shift() ?? { status: 200, body: '{"ok":true}' };
      response.writeHead(status, { 'content-type': 'application/json', ...extra }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const secret = async (): Promise<string> => 'canary-secret';

function event(code: string, data: Event['data'], message = ''): Event {
  return { at: new Date('2026-01-02T03:04:05Z'), code, level: 'info', message, data: { application: 'shop', ...data } };
}

const FAILED = event(
  'operation.finished',
  { operation: '7', phase: 'Failed', revision: 'a'.repeat(40) },
  'Failed: Service/web: exit 137 <oom> & more',
);

function world(notifications: readonly Notification[], services: OutboxDeps['services'], store = memoryStore()) {
  const clock = virtualClock();
  const events: Event[] = [];
  const errors: unknown[] = [];
  const outbox = createOutbox({
    store,
    clock,
    services,
    emit: (code, level, message, data = {}) => events.push({ at: clock.now(), code, level, message, data }),
  });
  const sink = notifier({
    outbox,
    subject: (name) =>
      name === 'shop' ? { project: 'p', repoURL: 'https://github.com/o/deploy.git', notifications } : undefined,
    repositoryOf,
    url: 'https://longshore.example.com/',
    onError: (error) => errors.push(error),
  });
  return { clock, events, errors, outbox, sink, store };
}

async function settled(outbox: { idle(): Promise<void> }): Promise<void> {
  // What a sink began is written down first, then sent.
  await new Promise((resolve) => setImmediate(resolve));
  await outbox.idle();
}

describe('Slack', () => {
  const config = () => ({ token: { env: 'X' }, api: url });

  it('gets one message in the channel, which cannot call anybody', async () => {
    const { sink, outbox, errors } = world([{ on: ['SyncFailed'], slack: '#deploys' }], {
      slack: slackService(config(), secret),
    });
    sink(FAILED);
    await settled(outbox);
    expect(errors).toEqual([]);
    expect(got).toHaveLength(1);
    expect(got[0]).toMatchObject({ method: 'POST', path: '/chat.postMessage' });
    expect(got[0]?.headers.authorization).toBe('Bearer canary-secret');
    const body = JSON.parse(got[0]?.body ?? '') as { channel: string; attachments: { text: string }[] };
    expect(body.channel).toBe('#deploys');
    expect(body.attachments[0]?.text).toContain('https://longshore.example.com/applications/shop');
    expect(body.attachments[0]?.text).toContain('exit 137 &lt;oom&gt; &amp; more');
  });

  it('point 20: tells of an operation once, however often and by whomever it is told of', async () => {
    const { sink, outbox, errors } = world(
      [
        { on: ['SyncFailed'], slack: '#deploys' },
        { on: ['SyncFailed', 'Deployed'], slack: '#deploys' },
      ],
      { slack: slackService(config(), secret) },
    );
    sink(FAILED);
    sink(FAILED);
    await settled(outbox);
    sink({ ...FAILED, at: new Date('2026-01-02T09:00:00Z') });
    await settled(outbox);
    expect(errors).toEqual([]);
    expect(got).toHaveLength(1);
  });

  it('is tried again after a rate limit, not before the time that it asks for', async () => {
    answers = [{ status: 429, body: '', headers: { 'retry-after': '30' } }];
    const { sink, outbox, clock, events } = world([{ on: ['SyncFailed'], slack: '#deploys' }], {
      slack: slackService(config(), secret),
    });
    const began = clock.now().getTime();
    sink(FAILED);
    await settled(outbox);
    expect(got).toHaveLength(2);
    expect(clock.now().getTime() - began).toBeGreaterThanOrEqual(30_000);
    expect(events.map((each) => each.code)).toEqual(['notification.retry', 'notification.sent']);
  });

  it('is given up, and said so, where another try would not help', async () => {
    answers = [{ status: 200, body: '{"ok":false,"error":"channel_not_found"}' }];
    const { sink, outbox, events } = world([{ on: ['SyncFailed'], slack: '#typo' }], {
      slack: slackService(config(), secret),
    });
    sink(FAILED);
    await settled(outbox);
    expect(got).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ code: 'notification.failed' });
    expect(events.at(-1)?.message).toContain('channel_not_found');
    expect(JSON.stringify(events)).not.toContain('canary-secret');
  });
});

it('sends after a restart what was written down and not sent, and nothing twice', async () => {
  const store = memoryStore();
  const down: NotificationService = { send: () => new Promise(() => undefined) };
  const first = world([{ on: ['SyncFailed'], slack: '#deploys' }], { slack: down }, store);
  first.sink(FAILED);
  await new Promise((resolve) => setImmediate(resolve));
  // That process is gone: nothing of it is awaited.
  const second = world(
    [{ on: ['SyncFailed'], slack: '#deploys' }],
    { slack: slackService({ token: { env: 'X' }, api: url }, secret) },
    store,
  );
  await second.outbox.resume();
  await second.outbox.idle();
  expect(got).toHaveLength(1);
  const third = world([], { slack: slackService({ token: { env: 'X' }, api: url }, secret) }, store);
  await third.outbox.resume();
  await third.outbox.idle();
  expect(got).toHaveLength(1);
});

it('does not let a later message overtake one that is tried again', async () => {
  answers = [{ status: 503, body: '' }];
  const { sink, outbox } = world([{ on: ['SyncRunning', 'SyncFailed'], slack: '#deploys' }], {
    slack: slackService({ token: { env: 'X' }, api: url }, secret),
  });
  sink(
    event('operation.started', { operation: '7', revision: 'a'.repeat(40), initiator: { kind: 'commit', name: 'x' } }),
  );
  sink(FAILED);
  await settled(outbox);
  const texts = got.map((each) => (JSON.parse(each.body) as { text: string }).text);
  expect(texts).toHaveLength(3);
  expect(texts[0]).toContain('shop syncs to');
  expect(texts[1]).toBe(texts[0]);
  expect(texts[2]).toContain('failed');
});

it('signs webhooks, and names each delivery the same at every try', async () => {
  answers = [{ status: 500, body: '' }];
  const { sink, outbox } = world([{ on: ['SyncFailed'], webhook: 'ops' }], {
    webhook: webhookService(
      [
        {
          name: 'ops',
          url: `${url}/hook/canary`,
          secret: { env: 'X' },
          headers: [{ name: 'authorization', value: { env: 'Y' } }],
        },
      ],
      secret,
    ),
  });
  sink(FAILED);
  await settled(outbox);
  expect(got).toHaveLength(2);
  const [first, second] = got;
  expect(first?.headers['x-longshore-signature']).toBe(
    `sha256=${createHmac('sha256', 'canary-secret')
      .update(first?.body ?? '')
      .digest('hex')}`,
  );
  expect(first?.headers['x-longshore-delivery']).toBe(second?.headers['x-longshore-delivery']);
  expect(JSON.parse(first?.body ?? '')).toMatchObject({
    event: 'SyncFailed',
    application: 'shop',
    project: 'p',
    operation: '7',
  });
});

it('does not follow a redirect, which could carry a token elsewhere', async () => {
  answers = [{ status: 302, body: '', headers: { location: `${url}/elsewhere` } }];
  const service = slackService({ token: { env: 'X' }, api: url }, secret);
  const message = { event: 'SyncFailed', application: 'shop', project: 'p', title: 't', text: '', at: '' } as const;
  await expect(service.send(message, '#x', 'd', new AbortController().signal)).rejects.toThrow(/cannot be reached/u);
  expect(got).toHaveLength(1);
});

it('writes e-mail with one Message-ID for every try, and refuses to send where TLS is missing', async () => {
  const mails: string[] = [];
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, _session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push(Buffer.concat(chunks).toString('utf8'));
        done();
      });
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  const { port } = smtp.server.address() as AddressInfo;
  const config = { host: '127.0.0.1', port, from: 'longshore@example.com', security: 'none' as const };
  const { sink, outbox } = world([{ on: ['SyncFailed'], email: ['ops@example.com'] }], {
    email: emailService(config, secret),
  });
  sink(FAILED);
  await settled(outbox);
  expect(mails).toHaveLength(1);
  expect(mails[0]).toContain('To: ops@example.com');
  expect(mails[0]).toMatch(/^Message-ID: <[0-9a-f]{32}@longshore>/mu);
  expect(mails[0]).toContain('exit 137');
  const strict = emailService({ ...config, security: 'starttls' }, secret);
  const message = { event: 'SyncFailed', application: 'shop', project: 'p', title: 't', text: '', at: '' } as const;
  await expect(strict.send(message, 'ops@example.com', 'd', new AbortController().signal)).rejects.toThrow(/TLS/u);
  expect(mails).toHaveLength(1);
  await new Promise<void>((resolve) => smtp.close(() => resolve()));
});

describe('GitHub', () => {
  const github = () => githubService({ api: url }, async () => 'canary-secret');

  it('sets the status of the commit as the sync goes on', async () => {
    const { sink, outbox } = world([{ on: ['SyncFailed'], github: true }], { github: github() });
    sink(
      event('operation.started', {
        operation: '7',
        revision: 'a'.repeat(40),
        initiator: { kind: 'commit', name: 'x' },
      }),
    );
    sink(FAILED);
    await settled(outbox);
    expect(got.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `POST /repos/o/deploy/statuses/${'a'.repeat(40)}`,
      `POST /repos/o/deploy/statuses/${'a'.repeat(40)}`,
    ]);
    expect(got.map((each) => (JSON.parse(each.body) as { state: string }).state)).toEqual(['pending', 'failure']);
  });

  it('writes one comment on a pull request, and over it afterwards', async () => {
    answers = [
      { status: 200, body: '[]' },
      { status: 201, body: '{"id":1}' },
    ];
    await github().comment('o/deploy', 12, 'plan/shop', '### first', new AbortController().signal);
    expect(got.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /repos/o/deploy/issues/12/comments?per_page=100&page=1',
      'POST /repos/o/deploy/issues/12/comments',
    ]);
    const written = (JSON.parse(got[1]?.body ?? '') as { body: string }).body;
    got = [];
    answers = [
      {
        status: 200,
        body: JSON.stringify([
          { id: 5, body: 'of a person' },
          { id: 1, body: written },
        ]),
      },
      { status: 200, body: '{}' },
    ];
    await github().comment('o/deploy', 12, 'plan/shop', '### second', new AbortController().signal);
    expect(got[1]).toMatchObject({ method: 'PATCH', path: '/repos/o/deploy/issues/comments/1' });
    got = [];
    answers = [{ status: 200, body: JSON.stringify([{ id: 1, body: written }]) }];
    await github().comment('o/deploy', 12, 'plan/shop', '### first', new AbortController().signal);
    expect(got).toHaveLength(1);
  });

  it('opens one pull request for a branch, and gives it new words afterwards', async () => {
    const proposal = { head: 'longshore/images-shop', base: 'main', title: 'Update api to 1.4.2', body: 'b' };
    answers = [
      { status: 200, body: '[]' },
      { status: 201, body: '{}' },
    ];
    await github().proposePullRequest('o/deploy', proposal, new AbortController().signal);
    expect(got.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /repos/o/deploy/pulls?state=open&head=o%3Alongshore%2Fimages-shop&base=main',
      'POST /repos/o/deploy/pulls',
    ]);
    answers = [
      { status: 200, body: JSON.stringify([{ number: 3, title: 'Update api to 1.4.1', body: 'b' }]) },
      { status: 200, body: '{}' },
      { status: 200, body: JSON.stringify([{ number: 3, title: proposal.title, body: 'b' }]) },
    ];
    await github().proposePullRequest('o/deploy', proposal, new AbortController().signal);
    await github().proposePullRequest('o/deploy', proposal, new AbortController().signal);
    expect(got.slice(2).map(({ method, path }) => `${method} ${path.split('?')[0]}`)).toEqual([
      'GET /repos/o/deploy/pulls',
      'PATCH /repos/o/deploy/pulls/3',
      'GET /repos/o/deploy/pulls',
    ]);
  });

  it.each([
    ['https://github.com/o/deploy.git', 'o/deploy'],
    ['git@github.com:o/deploy.git', 'o/deploy'],
    ['ssh://git@github.com/o/deploy', 'o/deploy'],
    ['https://git.example.com/o/deploy.git', undefined],
    ['git@github.com.evil.example:o/deploy.git', undefined],
    ['https://github.com@evil.example/o/deploy', undefined],
    ['https://github.com/group/sub/deploy.git', undefined],
    ['/srv/deploy', undefined],
  ])('knows the repository of %s', (address, repository) => {
    expect(repositoryOf(address)).toBe(repository);
  });

  it('knows the repositories of an Enterprise Server by its API', () => {
    const api = 'https://ghe.example.com/api/v3';
    expect(repositoryOf('https://ghe.example.com/o/deploy.git', api)).toBe('o/deploy');
    expect(repositoryOf('https://github.com/o/deploy.git', api)).toBeUndefined();
  });
});

describe('point 11: the plan as a comment on a pull request', () => {
  const pull = (number: number, sha: string, from = 'o/deploy') => ({
    number,
    head: { sha, repo: { full_name: from } },
    base: { ref: 'main' },
  });
  const plan = (revision: string): Plan => ({
    application: 'shop',
    accountId: '123456789012',
    region: 'eu-west-1',
    revision,
    digest: 'd',
    waves: [[{ ref: 'Service/web', action: 'delete', changes: [], parts: [], notes: [] }]],
    findings: [],
  });
  const plans = (planned: (revision: string) => Promise<Plan>) =>
    pullRequestPlans({
      github: githubService({ api: url }, secret),
      control: {
        states: () => [{ name: 'shop' } as ApplicationState],
        plan: (_name, options) => planned(options.revision ?? ''),
      },
      subject: () => ({
        project: 'p',
        repoURL: 'https://github.com/o/deploy',
        notifications: [{ on: ['Deployed'], github: true }],
      }),
      repositoryOf,
      clock: virtualClock(),
      emit: () => undefined,
    });

  it('is written for each head once, and not for forks, which might not be meant to see what is live', async () => {
    const revisions: string[] = [];
    const comments = plans(async (revision) => {
      revisions.push(revision);
      return plan(revision);
    });
    const open = JSON.stringify([pull(12, 'b'.repeat(40)), pull(13, 'c'.repeat(40), 'stranger/deploy')]);
    answers = [
      { status: 200, body: open },
      { status: 200, body: '[]' },
      { status: 201, body: '{}' },
      { status: 200, body: open },
    ];
    await comments.check('o/deploy', new AbortController().signal);
    await comments.check('o/deploy', new AbortController().signal);
    expect(revisions).toEqual(['b'.repeat(40)]);
    const posted = got.filter(({ method }) => method === 'POST');
    expect(posted).toHaveLength(1);
    expect(posted[0]?.path).toBe('/repos/o/deploy/issues/12/comments');
    expect((JSON.parse(posted[0]?.body ?? '') as { body: string }).body).toContain(
      renderMarkdown(plan('b'.repeat(40))),
    );
  });

  it('says why there is no plan', async () => {
    const comments = plans(async () => {
      throw new InvalidInputError([
        { position: { file: 'web.yaml', line: 3, column: 5 }, path: '/spec', message: 'unknown field "cpus"' },
      ]);
    });
    answers = [
      { status: 200, body: JSON.stringify([pull(12, 'b'.repeat(40))]) },
      { status: 200, body: '[]' },
      { status: 201, body: '{}' },
    ];
    await comments.check('o/deploy', new AbortController().signal);
    expect((JSON.parse(got.at(-1)?.body ?? '') as { body: string }).body).toContain(
      'web.yaml:3:5: /spec: unknown field "cpus"',
    );
  });
});
