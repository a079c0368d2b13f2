/** One figure of a benchmark. */
export interface Figure {
  readonly scenario: string;
  readonly measure: string;
  readonly value: number;
  readonly unit: string;
  /** What the figure is to stay under, in the same unit. Reported as a ratio; a benchmark never fails a build. */
  readonly goal?: number;
}

/** Prints a figure as a line of JSON, the way from a scenario's process to the runner. */
export function report(figure: Figure): void {
  console.log(JSON.stringify(figure));
}

/** The middle of several runs. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
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
