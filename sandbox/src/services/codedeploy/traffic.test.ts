import { afterEach, expect, test } from 'vitest';
import { type CodeDeploySandbox, codeDeploySandbox } from './testing/codedeploy-sandbox.ts';

const minute = 60_000;

let on: CodeDeploySandbox;
afterEach(() => on.close());

/** A program that answers every request with its version, and ends in good order. */
function server(version: string): readonly string[] {
  const program = `
    const server = require('http').createServer((request, response) => response.end('${version}'));
    server.listen(Number(process.env.PORT), '127.0.0.1');
    process.on('SIGTERM', () => { server.close(() => process.exit(0)); server.closeIdleConnections(); });`;
  return ['node', '-e', program];
}

/** Counts so many answers of a listener by what they say. */
async function answers(listener: string, requests: number): Promise<Record<string, number>> {
  const { host, port } = on.sandbox.listeners()[listener] ?? {};
  const counts: Record<string, number> = {};
  for (let request = 0; request < requests; request++) {
    const response = await fetch(`http://${host}:${port}/`);
    const answer = `${response.status} ${await response.text()}`;
    counts[answer] = (counts[answer] ?? 0) + 1;
  }
  return counts;
}

test('requests go to the versions as the weights of a shift say', { timeout: 60_000 }, async () => {
  on = await codeDeploySandbox({
    runtime: 'process',
    images: { 'web:1': { command: server('v1') }, 'web:2': { command: server('v2') } },
  });
  await on.createGroup({ deploymentConfigName: 'CodeDeployDefault.ECSLinear10PercentEvery3Minutes' });
  const id = await on.deploy(await on.register({ image: 'web:2' }));
  await on.untilEvent(id, 'AllowTestTraffic');
  expect(await answers(on.listeners.test, 10)).toEqual({ '200 v2': 10 });
  expect(await answers(on.listeners.production, 10)).toEqual({ '200 v1': 10 });
  await on.untilEvent(id, 'AllowTraffic');
  await on.sandbox.advance(1000);
  expect(await answers(on.listeners.production, 100)).toEqual({ '200 v1': 90, '200 v2': 10 });
  await on.sandbox.advance(6 * minute);
  expect(await answers(on.listeners.production, 100)).toEqual({ '200 v1': 70, '200 v2': 30 });
  await on.untilStatus(id, 'Succeeded');
  expect(await answers(on.listeners.production, 20)).toEqual({ '200 v2': 20 });
});
