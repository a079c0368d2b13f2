import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { TerminalError } from '../core/errors.ts';

/**
 * The bytes of a regular file that is not too large: a pipe would be waited for without end, and a large file be in
 * memory before anybody looks at it. `label` names it in messages.
 * @throws TerminalError `NotAFile`, `FileTooLarge`; the system's error for one that cannot be opened.
 */
export async function readBounded(file: string, label: string, mostBytes: number): Promise<Uint8Array> {
  await using handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  const found = await handle.stat();
  if (!found.isFile()) throw new TerminalError('NotAFile', `${label} is not a regular file`);
  if (found.size > mostBytes) {
    throw new TerminalError('FileTooLarge', `${label} has ${found.size} bytes, at most ${mostBytes} are read`);
  }
  const bytes = new Uint8Array(found.size);
  const { bytesRead } = await handle.read(bytes, 0, found.size, 0);
  return bytes.subarray(0, bytesRead);
}
