import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical.ts';
import type { Json } from './json.ts';

/** What a derived name is made of. */
export interface NameParts {
  readonly application: string;
  /** `metadata.name` of the manifest. */
  readonly name: string;
  /** Fields that AWS cannot change after creation. Another value gives another name, so the new one is made before the old goes. */
  readonly createOnly: Json;
  /** The longest name that AWS takes: 32 for load balancers and target groups, 255 for ECS names. */
  readonly maxLength: number;
  /** `spec.nameOverride`: taken as it is. */
  readonly override?: string | undefined;
  /** Beginnings that AWS keeps for itself, for example `internal-` for load balancers. */
  readonly reservedPrefixes?: readonly string[];
}

const HASH_LENGTH = 10;
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * The name of an AWS object: `<application>-<name>-<hash>`, the same for the same parts. The hash covers the whole
 * application and name besides the create-only fields, so that neither truncation nor a hyphen in the wrong place
 * (`a-b` + `c`, `a` + `b-c`) makes two names one. Letters, digits and hyphens only, never a hyphen at either end.
 */
export function derivedName(parts: NameParts): string {
  if (parts.override !== undefined) return parts.override;
  const hash = shortHash(canonicalJson([parts.application, parts.name, parts.createOnly]));
  const room = parts.maxLength - HASH_LENGTH - 1;
  let readable = `${parts.application}-${parts.name}`;
  if (parts.reservedPrefixes?.some((prefix) => readable.startsWith(prefix))) readable = `x-${readable}`;
  readable = readable
    .replaceAll(/[^A-Za-z0-9-]/g, '-')
    .slice(0, Math.max(room, 0))
    .replaceAll(/^-+|-+$/g, '');
  return readable === '' ? hash : `${readable}-${hash}`;
}

/** Fifty bits of SHA-256 as ten letters and digits, without those that are read wrongly (i, l, o, u). */
function shortHash(text: string): string {
  const digest = createHash('sha256').update(text).digest();
  let bits = digest.readBigUInt64BE(0);
  let hash = '';
  for (let index = 0; index < HASH_LENGTH; index++) {
    hash += ALPHABET[Number(bits & 31n)];
    bits >>= 5n;
  }
  return hash;
}
