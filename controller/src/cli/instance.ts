import type { Io } from './io.ts';

/**
 * Which installation of Longshore this is (tag `longshore.dev/instance`): LONGSHORE_INSTANCE, else `default`.
 * The command line and the controller of one installation have to agree, so that each knows what the other made.
 */
export function instanceOf(io: Io): string {
  const instance = io.env.LONGSHORE_INSTANCE;
  return instance === undefined || instance === '' ? 'default' : instance;
}
