import type { Analysis, AnalysisHttp, VerifyHttp } from '../api/service.ts';
import { countOf, intervalOf, type Measured } from './judge.ts';
import type { Answer, Requests } from './observations.ts';
import { type Outcome, PASSED } from './outcome.ts';
import { get } from './request.ts';
import { filledIn, type Subject } from './subject.ts';

/** How late a first request may be and still count as the first, in milliseconds: rollouts are looked at now and then. */
const LATE_MS = 30_000;

/**
 * `verify.http`: requests until one is answered as expected, `attempts` at most. How many are left follows from the time
 * since the rollout came through, so that a restart does not begin anew; at least one is sent.
 */
export async function verifyHttp(subject: Subject, check: VerifyHttp): Promise<Outcome> {
  const { attempts = 30, intervalSeconds = 10 } = check;
  const intervalMs = intervalSeconds * 1000;
  const url = filledIn(check.url, subject) ?? check.url;
  const requests = requestsOf(subject, `http ${url}`);
  if (anyGood(requests)) return PASSED;
  const left = Math.max(1, attempts - Math.floor(lateness(subject, requests) / intervalMs));
  const waitMs = requests.lastAt + intervalMs - subject.pass.now.getTime();
  if (waitMs <= 0) {
    const attempt = requests.answers.size + 1;
    const answer = await ask(subject, url, check.expectedStatus);
    note(requests, attempt - 1, answer, subject);
    const numbers = `attempt ${attempt} of ${left}`;
    tell(subject, answer, `${url}: ${answer.told}, expected ${expectation(check)} (${numbers})`, {
      url,
      attempt,
      of: left,
    });
    if (answer.good) return PASSED;
  }
  const made = requests.answers.size;
  if (made >= left) {
    const told = requests.answers.get(made - 1)?.told ?? 'nothing';
    return {
      is: 'failed',
      cause: `verification failed: ${url} answered with ${told} after ${made} attempts, expected ${expectation(check)}`,
    };
  }
  return {
    is: 'running',
    waitsFor: `${url} to answer ${expectation(check)}`,
    pollAfterMs: waitMs > 0 ? waitMs : intervalMs,
  };
}

/**
 * The answers so far of an analysis over HTTP, with one more where the next is due. Answers that an earlier process got are
 * not known; the analysis is complete when the last one is there.
 */
export async function measureHttp(
  subject: Subject,
  analysis: Analysis,
  http: AnalysisHttp,
  endless: boolean,
): Promise<Measured> {
  const intervalMs = intervalOf(analysis);
  const requests = requestsOf(subject, `analysis ${analysis.name} ${http.url}`);
  const late = lateness(subject, requests);
  const sinceBegin = late + subject.pass.now.getTime() - requests.beganAt;
  const interval = Math.floor(sinceBegin / intervalMs);
  const last = countOf(analysis) - 1;
  const due = endless ? interval : Math.min(interval, last);
  if (!requests.answers.has(due)) {
    const url = filledIn(http.url, subject) ?? http.url;
    const answer = await ask(subject, url, http.expectedStatus);
    note(requests, due, answer, subject);
    tell(subject, answer, `analysis ${analysis.name}: ${url}: ${answer.told}`, { url, attempt: due + 1, of: last + 1 });
  }
  const known = [...requests.answers].toSorted(([one], [other]) => one - other);
  return {
    measurements: known.map(([, { good, told }]) => ({ is: good ? 'Successful' : 'Failed', told })),
    complete: requests.answers.has(last),
    nextInMs: intervalMs - (sinceBegin % intervalMs),
  };
}

/** How much of the time since the rollout nobody asked, in milliseconds; none when the first request was as good as at once. */
function lateness({ since }: Subject, { beganAt }: Requests): number {
  const late = beganAt - since.getTime();
  return late > LATE_MS ? late : 0;
}

function requestsOf({ observations, name, since, pass }: Subject, what: string): Requests {
  return observations.requests(`${name}\n${since.toISOString()}\n${what}`, pass.now);
}

function anyGood({ answers }: Requests): boolean {
  return [...answers.values()].some(({ good }) => good);
}

function note(requests: Requests, interval: number, answer: Answer, { pass }: Subject): void {
  requests.answers.set(interval, answer);
  requests.lastAt = pass.now.getTime();
}

async function ask({ pass }: Subject, url: string, expectedStatus: number | undefined): Promise<Answer> {
  const response = await get(url, pass.signal);
  pass.signal.throwIfAborted();
  if ('problem' in response) return { good: false, told: response.problem };
  const { status } = response;
  const good = expectedStatus === undefined ? status >= 200 && status <= 299 : status === expectedStatus;
  return { good, told: `status ${status}` };
}

function expectation({ expectedStatus }: Pick<VerifyHttp, 'expectedStatus'>): string {
  return expectedStatus === undefined ? '200 to 299' : String(expectedStatus);
}

function tell(
  { pass }: Subject,
  { good }: Answer,
  message: string,
  data: { readonly url: string; readonly attempt: number; readonly of: number },
): void {
  pass.note?.({ code: 'verify.attempt', level: good ? 'info' : 'warn', message, data });
}
