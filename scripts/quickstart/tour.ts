import { setTimeout } from 'node:timers/promises';
import { isEmpty } from '../../controller/src/core/plan.ts';
import type { Operation } from '../../controller/src/engine/engine.ts';
import { listedAt } from './api.ts';
import { type Check, faultless, figuresOf } from './checks.ts';
import type { Environment } from './environment.ts';
import { type LoadResult, startLoad } from './load.ts';

const AFTERWARDS_MS = 1_000;

const PER_SECOND = 100;

/** Longer than any answer of the service takes, shorter than a person's patience. */
const TIMEOUT_MS = 5_000;

/**
 * The quickstart without a person: a first commit, a good one and a bad one under load. Gives what was found out;
 * a check that did not hold does not end the tour.
 */
export async function tour(environment: Environment, say: (line: string) => void): Promise<readonly Check[]> {
  const first = await environment.operationOf(environment.repository.first);
  const url = environment.serviceUrl();
  const answer = await fetch(url);
  const text = (await answer.text()).trim();
  const checks: Check[] = [
    {
      what: 'the first commit is deployed',
      held: first.phase === 'Succeeded' && answer.status === 200 && text.startsWith('hello from v1 '),
      figures: `${first.phase} after ${secondsOf(first)} s of AWS's time; curl ${url}: ${answer.status} "${text}"`,
    },
  ];

  const again = await environment.plan();
  const changes = again.waves.flat().filter((step) => step.action !== 'none').length;
  checks.push({ what: 'the same plan again is empty', held: isEmpty(again), figures: `${changes} changes` });

  const listed = await listedAt(environment.apiUrl, 'hello');
  checks.push({
    what: '"longshore app list" says so through the API',
    held: listed.length === 1 && listed[0]?.sync === 'Synced' && listed[0].health === 'Healthy',
    figures: listed.map(({ name, sync, health }) => `${name}: ${sync}, ${health}`).join('; '),
  });

  say(`\nA good commit, hello v2, under ${PER_SECOND} requests a second:`);
  const good = await underLoad(url, async () => environment.operationOf(await environment.repository.setVersion('v2')));
  checks.push({
    what: 'a good commit is rolled out',
    held: good.operation.phase === 'Succeeded' && good.load.lastVersion === 'v2',
    figures: `${good.operation.phase} after ${secondsOf(good.operation)} s of AWS's time`,
  });
  checks.push({ what: '... and no request fails', held: faultless(good.load), figures: figuresOf(good.load) });

  say(`\nA bad commit, hello broken, under ${PER_SECOND} requests a second:`);
  const bad = await underLoad(url, async () =>
    environment.operationOf(await environment.repository.setVersion('broken')),
  );
  checks.push({
    what: 'a bad commit is rolled back and fails',
    held: bad.operation.phase === 'Failed' && bad.operation.message !== '',
    figures: `${bad.operation.phase} after ${secondsOf(bad.operation)} s of AWS's time: ${bad.operation.message}`,
  });
  checks.push({
    what: '... the old version goes on, and no request fails',
    held: faultless(bad.load) && Object.keys(bad.load.versions).join() === 'v2',
    figures: figuresOf(bad.load),
  });
  return checks;
}

interface UnderLoad {
  readonly operation: Operation;
  readonly load: LoadResult;
}

/** Load from before the change until a while after the operation has ended: old tasks may still be going away. */
async function underLoad(url: string, change: () => Promise<Operation>): Promise<UnderLoad> {
  const load = startLoad({ url, perSecond: PER_SECOND, timeoutMs: TIMEOUT_MS });
  try {
    const operation = await change();
    await setTimeout(AFTERWARDS_MS);
    return { operation, load: await load.stop() };
  } catch (error) {
    await load.stop();
    throw error;
  }
}

function secondsOf(operation: Operation): string {
  if (operation.finishedAt === undefined) return '?';
  return ((Date.parse(operation.finishedAt) - Date.parse(operation.startedAt)) / 1000).toFixed(1);
}
