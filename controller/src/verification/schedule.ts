/** How many measurements of an analysis are looked at, the newest ones. The most that `count` may be. */
export const MAX_MEASUREMENTS = 1_000;
