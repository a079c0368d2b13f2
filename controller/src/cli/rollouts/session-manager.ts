import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import type { ExecAnswer } from '../../api/http/rollout.ts';
import { TerminalError } from '../../core/errors.ts';
import type { Io } from '../io.ts';

const PLUGIN = 'session-manager-plugin';
const WHERE =
  'https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html';

/** Where the Session Manager plugin is. Looked for before a session is opened. @throws TerminalError `NoPlugin` */
export async function findPlugin({ env }: Pick<Io, 'env'>): Promise<string> {
  const names = process.platform === 'win32' ? [`${PLUGIN}.exe`] : [PLUGIN];
  for (const folder of (env['PATH'] ?? '').split(delimiter).filter((each) => each !== '')) {
    for (const name of names) {
      const file = join(folder, name);
      const isThere = await access(file, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (isThere) return file;
    }
  }
  throw new TerminalError(
    'NoPlugin',
    `${PLUGIN} is not on the PATH, and a session needs it: ${WHERE} says how to get it`,
  );
}

/** What the AWS CLI starts the plugin with (`aws ecs execute-command`), without a profile. */
export function pluginArguments({ sessionId, streamUrl, token, region, target }: ExecAnswer): readonly string[] {
  const session = { sessionId, streamUrl, tokenValue: token };
  const endpoint = `https://ecs.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
  return [JSON.stringify(session), region, 'StartSession', '', JSON.stringify({ Target: target }), endpoint];
}

/** Hands the terminal to the plugin until it ends; gives its exit code. Signals go to it, not to us. */
export async function startSession(plugin: string, session: ExecAnswer): Promise<number> {
  const ignore = (): void => undefined;
  process.on('SIGINT', ignore);
  try {
    const ended = await execa(plugin, pluginArguments(session), { stdio: 'inherit', reject: false });
    return ended.exitCode ?? 1;
  } finally {
    process.off('SIGINT', ignore);
  }
}
