import type { Analysis } from '../api/service.ts';
import { measureCloudWatch } from './cloudwatch.ts';
import { measureHttp } from './http.ts';
import { inconclusiveLimitOf, intervalOf, judge, type Measured } from './judge.ts';
import type { Outcome } from './outcome.ts';
import { measurePrometheus } from './prometheus.ts';
import type { Subject } from './subject.ts';
import { Unmeasurable } from './unmeasurable.ts';

/**
 * What an analysis has found so far. `endless`: it goes on for as long as the rollout, so that it can fail, but not pass.
 * While its source does not answer it is running; after as many intervals as measurements may be inconclusive it fails.
 */
export async function analyse(
  subject: Subject,
  analysis: Analysis,
  { endless }: { readonly endless: boolean },
): Promise<Outcome> {
  const key = `${subject.name}\n${subject.since.toISOString()}\n${analysis.name}`;
  try {
    const measured = await measure(subject, analysis, endless);
    subject.observations.answers(key);
    return judge(analysis, measured, endless);
  } catch (error) {
    if (!(error instanceof Unmeasurable)) throw error;
    return silent(subject, analysis, key, error.message);
  }
}

function measure(subject: Subject, analysis: Analysis, endless: boolean): Promise<Measured> {
  const { cloudWatch, prometheus, http } = analysis;
  if (cloudWatch !== undefined) return measureCloudWatch(subject, analysis, cloudWatch, endless);
  if (prometheus !== undefined) return measurePrometheus(subject, analysis, prometheus, endless);
  if (http !== undefined) return measureHttp(subject, analysis, http, endless);
  // The schema asks for one of the three.
  throw new Unmeasurable(`analysis ${analysis.name} has none of cloudWatch, prometheus and http`);
}

/** Each interval in which the source does not answer is an inconclusive measurement. */
function silent({ observations, pass }: Subject, analysis: Analysis, key: string, why: string): Outcome {
  const limit = inconclusiveLimitOf(analysis);
  const intervalMs = intervalOf(analysis);
  const forMs = pass.now.getTime() - observations.silentSince(key, pass.now);
  const missed = Math.floor(forMs / intervalMs) + 1;
  if (missed <= limit) {
    const waitsFor = `analysis ${analysis.name}: ${why}`;
    return { is: 'running', waitsFor, pollAfterMs: intervalMs - (forMs % intervalMs) };
  }
  const how = `${missed} inconclusive in a row (at most ${limit} may be)`;
  return { is: 'failed', cause: `analysis ${analysis.name}: ${how}: ${why}` };
}
