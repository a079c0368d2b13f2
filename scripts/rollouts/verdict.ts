import type { Rehearsal } from './rehearse.ts';
import type { Strategy } from './stage.ts';

/** The largest share of the requests that a bad version may spoil, in percent; undefined: the strategy has no canary. */
const CANARY: Readonly<Partial<Record<Strategy, number>>> = {
  canary: 10,
  'codedeploy-canary': 10,
  linear: 25,
  'codedeploy-linear': 25,
  progressive: 10,
};

const MIN_REQUESTS = 2_000;
const MAX_DIFFERENCE = 3;

/** What did not hold; empty when all is well. */
export function failuresOf(rehearsal: Rehearsal): readonly string[] {
  return rehearsal.version === 'good' ? ofGood(rehearsal) : ofBad(rehearsal);
}

function ofGood({ phase, message, failed, steps, settled, strategy }: Rehearsal): readonly string[] {
  const found: string[] = [];
  if (phase !== 'Succeeded') found.push(`the operation ended ${phase}: ${message}`);
  if (failed > 0) found.push(`${failed} requests failed`);
  if (!settled) found.push('the plan afterwards is not empty');
  for (const { weight, measured, requests } of strategy === 'rolling' ? [] : steps) {
    if (requests >= MIN_REQUESTS && Math.abs(weight - measured) > MAX_DIFFERENCE) {
      found.push(`at weight ${weight} the new version answered ${measured.toFixed(1)} % of ${requests} requests`);
    }
  }
  const canary = CANARY[strategy];
  const atCanary = steps.filter(({ weight, requests }) => weight === canary && requests >= MIN_REQUESTS);
  if (canary !== undefined && atCanary.length === 0) {
    found.push(`no step at weight ${canary} saw ${MIN_REQUESTS} requests`);
  }
  return found;
}

function ofBad(rehearsal: Rehearsal): readonly string[] {
  const { phase, message, strategy, version, affected, whileShared, failed, settled, uncleared } = rehearsal;
  const found: string[] = [];
  if (phase !== 'Failed') found.push(`the operation ended ${phase}: ${message}`);
  if (phase === 'Failed' && message === '') found.push('the operation names no cause');
  if (!settled) found.push('the revision is not held');
  if (uncleared !== '') found.push(`Git went back: ${uncleared}`);
  const canary = CANARY[strategy];
  const never = version === 'unhealthy' || version === 'crash';
  const share = whileShared === 0 ? 0 : (100 * affected) / whileShared;
  if (never && failed > 0) found.push(`${failed} requests failed although the new tasks never became healthy`);
  if (!never && canary !== undefined && share > canary + MAX_DIFFERENCE) {
    found.push(`${share.toFixed(1)} % of the requests were affected, more than the canary's ${canary}`);
  }
  return found;
}

/** One line of figures. */
export function lineOf(rehearsal: Rehearsal): string {
  const { strategy, version, phase, seconds, steps, requests, failed, affected, whileShared, exposedSeconds } =
    rehearsal;
  const shares = steps
    .filter((step) => step.requests > 0)
    .map(({ weight, measured, requests: n }) => `${weight}→${measured.toFixed(1)} (${n})`);
  const bad =
    version === 'good'
      ? ''
      : `, affected ${affected} of ${whileShared}${exposedSeconds === undefined ? '' : ` in ${Math.round(exposedSeconds)} s`}`;
  return [
    `${strategy} ${version}: ${phase} after ${Math.round(seconds)} s of AWS's time`,
    `${requests} requests, ${failed} failed${bad}`,
    `weight→share of the new version: ${shares.join(', ')}`,
  ].join('; ');
}
