import type { CreatedToken, TokenRequest } from '../../api/http/access.ts';
import { sqliteStore } from '../../engine/stores/sqlite.ts';
import { createToken } from '../../server/auth/tokens.ts';
import type { Io } from '../io.ts';
import { systemClock } from '../system-clock.ts';

/**
 * Makes a token without a controller, in its state file: whoever may write that file may do everything anyway.
 * @throws TerminalError when a controller runs on it, or it cannot be written.
 */
export async function createOfflineToken(state: string, request: TokenRequest, io: Io): Promise<CreatedToken> {
  const store = sqliteStore(state);
  try {
    return await createToken(store, systemClock, request, {
      name: `${io.env['USER'] ?? 'somebody'} on the command line`,
    });
  } finally {
    await store.close();
  }
}
