import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WaitError } from '../../core/errors.ts';
import { pullRequestLister } from './pull-requests.ts';

const never = new AbortController().signal;
let server: Server;
let asked: IncomingMessage[] = [];
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let api = '';

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

function pull(number: number): object {
  return {
    number,
    head: { ref: `feature-${number}`, sha: 'c0ffee0123456789' },
    base: { ref: 'main' },
    user: { login: 'ada' },
    labels: [{ name: 'preview' }],
  };
}

const list = () => pullRequestLister({ token: async () => 'secret', now: () => new Date(0) });

it('follows the pages by their links, with the token, and asks again by ETag', async () => {
  answer = (request, response) => {
    if (request.headers['if-none-match'] !== undefined) {
      response.writeHead(304).end();
      return;
    }
    const page = new URL(request.url ?? '', api).searchParams.get('page') ?? '1';
    response.setHeader('etag', `"${page}"`);
    if (page === '1') response.setHeader('link', `<${api}/repos/a/b/pulls?page=2>; rel="next", <${api}/x>; rel="last"`);
    response.end(JSON.stringify([pull(Number(page))]));
  };
  const lister = list();
  const first = await lister({ owner: 'a', repo: 'b', api }, never);
  expect(first.map(({ number, branch, labels }) => ({ number, branch, labels }))).toEqual([
    { number: 1, branch: 'feature-1', labels: ['preview'] },
    { number: 2, branch: 'feature-2', labels: ['preview'] },
  ]);
  expect(asked[0]?.headers.authorization).toBe('Bearer secret');
  expect(await lister({ owner: 'a', repo: 'b', api }, never)).toEqual(first);
  expect(asked.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, undefined, '"1"', '"2"']);
});

it('leaves a server alone for as long as it says', async () => {
  answer = (_request, response) =>
    void response.writeHead(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '90' }).end('{}');
  await expect(list()({ owner: 'a', repo: 'b', api }, never)).rejects.toMatchObject({ retryAfterMs: 90_000 });
  answer = (_request, response) => void response.writeHead(429, { 'retry-after': '7' }).end('{}');
  const waiting = list()({ owner: 'a', repo: 'b', api }, never);
  await expect(waiting).rejects.toBeInstanceOf(WaitError);
  await expect(waiting).rejects.toMatchObject({ retryAfterMs: 7_000 });
});

it('sends the token to no other server, and takes nothing for an empty list that is none', async () => {
  answer = (_request, response) => {
    response.setHeader('link', '<https://evil.example.com/pulls?page=2>; rel="next"');
    response.end('[]');
  };
  await expect(list()({ owner: 'a', repo: 'b', api }, never)).rejects.toThrow('names its next page on another server');
  answer = (_request, response) => void response.end('{"message": "Not Found"}');
  await expect(list()({ owner: 'a', repo: 'b', api }, never)).rejects.toThrow('no list of pull requests');
  answer = (_request, response) => void response.writeHead(302, { location: 'https://evil.example.com' }).end();
  await expect(list()({ owner: 'a', repo: 'b', api }, never)).rejects.toThrow();
  answer = (_request, response) => void response.writeHead(404).end('{}');
  await expect(list()({ owner: 'a', repo: 'b', api }, never)).rejects.toThrow('answers 404');
});
