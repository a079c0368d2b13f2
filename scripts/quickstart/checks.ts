import type { LoadResult } from './load.ts';

/** One thing that the tour found out. */
export interface Check {
  readonly what: string;
  readonly held: boolean;
  /** The figures behind it. */
  readonly figures: string;
}

/** A table of all checks, for a person. */
export function tableOf(checks: readonly Check[]): string {
  const width = Math.max(...checks.map((check) => check.what.length));
  return checks
    .map(({ what, held, figures }) => `${held ? 'ok  ' : 'FAIL'}  ${what.padEnd(width)}  ${figures}`)
    .join('\n');
}

/** `3204 requests, 0 failed (v1: 1500, v2: 1704), 99 of 100 within 12 ms` */
export function figuresOf(load: LoadResult): string {
  const failed = load.sent - load.succeeded;
  const versions = Object.entries(load.versions).map(([version, count]) => `${version}: ${count}`);
  const kinds = Object.entries(load.failures).map(([kind, count]) => `${kind}: ${count}`);
  return [
    `${load.sent} requests`,
    `${failed} failed${kinds.length === 0 ? '' : ` (${kinds.join(', ')})`}`,
    `answered by ${versions.join(', ')}`,
    `99 of 100 within ${Math.ceil(load.p99Ms)} ms`,
  ].join(', ');
}

/** True when requests were made and none failed. */
export function faultless(load: LoadResult): boolean {
  return load.sent > 0 && load.succeeded === load.sent;
}
