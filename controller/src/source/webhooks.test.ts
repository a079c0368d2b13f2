import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readWebhook, type WebhookHeaders, type WebhookSecrets } from './webhooks.ts';

const secrets = { github: 'hub-secret', gitlab: 'lab-secret', bitbucket: 'bucket-secret', generic: 'own-secret' };
const commit = '1f2e3d4c5b6a79881726354453627181a0b0c0d0';

function sign(body: string, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

function deliver(headers: WebhookHeaders, payload: unknown, given: WebhookSecrets = secrets) {
  return readWebhook(headers, Buffer.from(JSON.stringify(payload)), given);
}

function fromGitHub(event: string, payload: unknown, given: WebhookSecrets = secrets) {
  const signature = sign(JSON.stringify(payload), secrets.github);
  return deliver({ 'x-github-event': event, 'x-hub-signature-256': signature }, payload, given);
}

const githubRepository = {
  full_name: 'acme/deploy',
  clone_url: 'https://github.com/acme/deploy.git',
  html_url: 'https://github.com/acme/deploy',
  ssh_url: 'git@github.com:acme/deploy.git',
};

describe('GitHub', () => {
  test('a push names the repository in every spelling, the branch and the commit', () => {
    expect(fromGitHub('push', { ref: 'refs/heads/main', after: commit, repository: githubRepository })).toEqual({
      kind: 'event',
      provider: 'github',
      event: 'push',
      repoURLs: [githubRepository.clone_url, githubRepository.html_url, githubRepository.ssh_url],
      ref: 'refs/heads/main',
      revision: commit,
    });
  });

  test('a deleted branch has no commit', () => {
    const read = fromGitHub('push', { ref: 'refs/heads/x', after: '0'.repeat(40), repository: githubRepository });
    expect(read).toMatchObject({ kind: 'event', ref: 'refs/heads/x' });
    expect(read).not.toHaveProperty('revision');
  });

  test('a ping names no branch', () => {
    const read = fromGitHub('ping', { zen: 'Keep it logically awesome.', repository: githubRepository });
    expect(read).toMatchObject({ kind: 'event', event: 'ping' });
    expect(read).not.toHaveProperty('ref');
  });

  test('a pull request names its own branch and commit', () => {
    const payload = {
      action: 'opened',
      pull_request: { head: { ref: 'feature', sha: commit } },
      repository: githubRepository,
    };
    expect(fromGitHub('pull_request', payload)).toMatchObject({ ref: 'refs/heads/feature', revision: commit });
  });

  test('a form is read as JSON is', () => {
    const payload = JSON.stringify({ ref: 'refs/heads/main', after: commit, repository: githubRepository });
    const body = new URLSearchParams({ payload }).toString();
    const headers = {
      'x-github-event': 'push',
      'x-hub-signature-256': sign(body, secrets.github),
      'content-type': 'application/x-www-form-urlencoded',
    };
    expect(readWebhook(headers, Buffer.from(body), secrets)).toMatchObject({ kind: 'event', revision: commit });
  });
});

describe('GitLab', () => {
  const project = {
    git_http_url: 'https://gitlab.com/acme/deploy.git',
    web_url: 'https://gitlab.com/acme/deploy',
    git_ssh_url: 'git@gitlab.com:acme/deploy.git',
  };

  test.each([
    ['Push Hook', 'refs/heads/main'],
    ['Tag Push Hook', 'refs/tags/v1.2.3'],
  ])('a %s names project, reference and commit', (event, ref) => {
    const headers = { 'x-gitlab-event': event, 'x-gitlab-token': secrets.gitlab };
    expect(deliver(headers, { ref, checkout_sha: commit, project })).toEqual({
      kind: 'event',
      provider: 'gitlab',
      event,
      repoURLs: [project.git_http_url, project.web_url, project.git_ssh_url],
      ref,
      revision: commit,
    });
  });

  test('another token is refused', () => {
    const headers = { 'x-gitlab-event': 'Push Hook', 'x-gitlab-token': `${secrets.gitlab}x` };
    expect(deliver(headers, { project })).toMatchObject({ kind: 'refusal', status: 401 });
  });
});

describe('Bitbucket', () => {
  test('a push of the Cloud', () => {
    const payload = {
      repository: { full_name: 'acme/deploy', links: { html: { href: 'https://bitbucket.org/acme/deploy' } } },
      push: { changes: [{ new: { type: 'branch', name: 'main', target: { hash: commit } } }] },
    };
    const signature = sign(JSON.stringify(payload), secrets.bitbucket);
    expect(deliver({ 'x-event-key': 'repo:push', 'x-hub-signature': signature }, payload)).toEqual({
      kind: 'event',
      provider: 'bitbucket',
      event: 'repo:push',
      repoURLs: ['https://bitbucket.org/acme/deploy', 'git@bitbucket.org:acme/deploy.git'],
      ref: 'refs/heads/main',
      revision: commit,
    });
  });

  test("a push to a server of one's own", () => {
    const clone = [
      { href: 'ssh://git@git.example.com:7999/acme/deploy.git' },
      { href: 'https://git.example.com/scm/acme/deploy.git' },
    ];
    const payload = { repository: { links: { clone } }, changes: [{ ref: { id: 'refs/tags/v1' }, toHash: commit }] };
    const signature = sign(JSON.stringify(payload), secrets.bitbucket);
    expect(deliver({ 'x-event-key': 'repo:refs_changed', 'x-hub-signature': signature }, payload)).toMatchObject({
      repoURLs: clone.map(({ href }) => href),
      ref: 'refs/tags/v1',
      revision: commit,
    });
  });

  test('of several changes none is named', () => {
    const payload = { changes: [{ ref: { id: 'refs/heads/a' } }, { ref: { id: 'refs/heads/b' } }] };
    const signature = sign(JSON.stringify(payload), secrets.bitbucket);
    const read = deliver({ 'x-event-key': 'repo:refs_changed', 'x-hub-signature': signature }, payload);
    expect(read).toMatchObject({ kind: 'event' });
    expect(read).not.toHaveProperty('ref');
  });
});

describe('anybody', () => {
  const payload = { repository: 'https://git.example.com/acme/deploy.git', ref: 'refs/heads/main' };

  test('who signs with the secret is believed', () => {
    const signature = sign(JSON.stringify(payload), secrets.generic);
    expect(deliver({ 'x-longshore-signature': signature }, payload)).toEqual({
      kind: 'event',
      provider: 'generic',
      event: 'push',
      repoURLs: [payload.repository],
      ref: payload.ref,
    });
  });

  test('without a configured secret everything is refused, also a signature with the empty one', () => {
    const body = JSON.stringify(payload);
    for (const given of [{}, { generic: '' }]) {
      const read = deliver({ 'x-longshore-signature': sign(body, '') }, payload, given);
      expect(read).toEqual({
        kind: 'refusal',
        status: 401,
        code: 'unconfigured',
        provider: 'generic',
        reason: 'webhooks of generic are refused: no secret is configured for it',
      });
    }
  });

  test('a changed body, a missing signature and one that comes twice are refused', () => {
    const signature = sign(JSON.stringify(payload), secrets.github);
    const headers = { 'x-github-event': 'push' };
    const refused = { kind: 'refusal', status: 401, code: 'unsigned', provider: 'github' };
    expect(deliver({ ...headers, 'x-hub-signature-256': signature }, { ...payload, ref: 'x' })).toMatchObject(refused);
    expect(deliver(headers, payload)).toMatchObject(refused);
    expect(deliver({ ...headers, 'x-hub-signature-256': [signature, signature] }, payload)).toMatchObject(refused);
  });

  test('addresses that are none are left out', () => {
    const repository = {
      clone_url: 'ext::sh -c id',
      html_url: 'javascript:alert(1)',
      ssh_url: '--upload-pack=x',
      git_url: 7,
    };
    expect(fromGitHub('push', { repository })).toMatchObject({ kind: 'event', repoURLs: [] });
  });

  test('what is no object, and what is of nobody, is a bad request', () => {
    expect(fromGitHub('push', [1])).toMatchObject({
      status: 400,
      code: 'malformed',
      reason: 'the body is not a JSON object',
    });
    expect(deliver({}, payload)).toMatchObject({ kind: 'refusal', status: 400, code: 'unknown' });
  });

  test('whatever comes, nothing is thrown and nothing unsigned is believed', () => {
    const header = fc.constantFrom(
      'x-github-event',
      'x-gitlab-event',
      'x-event-key',
      'x-longshore-signature',
      'x-hub-signature',
      'x-hub-signature-256',
      'x-gitlab-token',
    );
    const headers = fc.dictionary(header, fc.oneof(fc.string(), fc.array(fc.string())));
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 512 }),
      fc.json().map((text) => new TextEncoder().encode(text)),
    );
    fc.assert(
      fc.property(headers, body, (given, bytes) => {
        expect(readWebhook(given, bytes, secrets).kind).toBe('refusal');
      }),
      { seed: 20_261_121, numRuns: 500 },
    );
  });

  test('whatever is signed is read without an error, and gives clean addresses only', () => {
    const names = [
      'repository',
      'ref',
      'after',
      'changes',
      'push',
      'project',
      'links',
      'clone',
      'href',
      'new',
      'clone_url',
    ];
    const key = fc.constantFrom(...names);
    const { payload: anything } = fc.letrec((tie) => ({
      payload: fc.dictionary(key, tie('value')),
      value: fc.oneof(
        fc.string(),
        fc.constant(null),
        fc.integer(),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(key, tie('value')),
      ),
    }));
    fc.assert(
      fc.property(anything, fc.constantFrom('x-github-event', 'x-event-key'), (value, event) => {
        const github = event === 'x-github-event';
        const signature = sign(JSON.stringify(value), github ? secrets.github : secrets.bitbucket);
        const read = deliver(
          { [event]: 'push', [github ? 'x-hub-signature-256' : 'x-hub-signature']: signature },
          value,
        );
        expect(read.kind).toBe('event');
        if (read.kind === 'event') for (const url of read.repoURLs) expect(url).toMatch(/^(https?|ssh):\/\/|@/);
      }),
      { seed: 20_261_121, numRuns: 500 },
    );
  });
});
