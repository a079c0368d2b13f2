const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a pause such as `150s` or `1h30m`; undefined for `Manual`. The schema checked its form. */
export function pauseMs(text: string): number | undefined {
  if (text === 'Manual') return undefined;
  let total = 0;
  for (const [, count = '', unit = ''] of text.matchAll(/([0-9]+)([hms])/g))
    total += Number(count) * (UNITS[unit] ?? 0);
  return total;
}

/** `2 minutes 30 seconds`, for people. At least a second. */
export function inWords(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1_000));
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 3_600), 'hour'],
    [Math.floor((seconds % 3_600) / 60), 'minute'],
    [seconds % 60, 'second'],
  ];
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}${count === 1 ? '' : 's'}`)
    .join(' ');
}
