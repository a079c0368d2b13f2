import { createHash } from 'node:crypto';

/** One line of an allowed_signers file. */
export interface AllowedSigner {
  readonly line: string;
  readonly principals: string;
  /** `SHA256:...`, as ssh-keygen shows it. */
  readonly fingerprint: string;
  /** From when on the key is not valid any more. */
  readonly validBefore?: Date;
}

const KEY = /(?:^|\s)((?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[\w@.-]+)\s+([A-Za-z0-9+/]+=*)/;
const OPTION_VALID_BEFORE = /(?:^|[\s,])valid-before="?(\d{8,14}Z?)"?/i;

/** Reads an allowed_signers file (https://man.openbsd.org/ssh-keygen#ALLOWED_SIGNERS). Lines without a key are left out. */
export function readAllowedSigners(text: string): readonly AllowedSigner[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .flatMap((line) => {
      const found = KEY.exec(line);
      if (found === null) return [];
      const [, , key = ''] = found;
      const digest = createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64').replace(/=+$/, '');
      const options = line.slice(0, found.index);
      const end = OPTION_VALID_BEFORE.exec(options)?.[1];
      const validBefore = end === undefined ? undefined : timeOf(end);
      const principals = line.split(/\s/, 1)[0] ?? '';
      return [{ line, principals, fingerprint: `SHA256:${digest}`, ...(validBefore !== undefined && { validBefore }) }];
    });
}

/** `YYYYMMDD[Z]` or `YYYYMMDDHHMM[SS][Z]`. Without `Z` it is the time zone of the machine; the time is read as UTC. */
function timeOf(text: string): Date {
  const [year, month, day, hour = '00', minute = '00', second = '00'] = [
    text.slice(0, 4),
    ...(text.slice(4).match(/\d\d/g) ?? []),
  ];
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
