const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a duration such as `5s`, `1m30s` or `250ms`, as Go and Argo CD write them. The schema checked its form. */
export function durationMs(text: string): number {
  let total = 0;
  for (const [, count = '', unit = ''] of text.matchAll(/([0-9]+)(ms|s|m|h)/g))
    total += Number(count) * (UNITS[unit] ?? 0);
  return total;
}
