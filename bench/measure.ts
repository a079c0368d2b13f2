/** One figure of a benchmark. */
export interface Figure {
  readonly scenario: string;
  readonly measure: string;
  readonly value: number;
  readonly unit: string;
  /** What the figure is to stay under, in the same unit. Reported as a ratio; a benchmark never fails a build. */
  readonly goal?: number;
}

/** Bytes of a megabyte. */
export const MB = 1_000_000;

/** Prints a figure as a line of JSON, the way from a scenario's process to the runner. */
export function report(figure: Figure): void {
  console.log(JSON.stringify(figure));
}

/** The lowest of several runs: what others do on the machine only ever adds. */
export function lowest(values: readonly number[]): number {
  return Math.min(...values);
}

/** The value that `share` of all values do not exceed (nearest rank): 0.95 is the p95. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Milliseconds of wall time and of processor time that `work` took in this process. */
export async function timed(
  work: () => Promise<unknown>,
): Promise<{ readonly wallMs: number; readonly cpuMs: number }> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  await work();
  const wallMs = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs, cpuMs: (user + system) / 1000 };
}

/** Collects all garbage, so that what is left is in use. The runner starts scenarios so that they can. */
export function collectGarbage(): void {
  if (globalThis.gc === undefined) throw new Error('run by the runner, or with --expose-gc');
  globalThis.gc();
}
