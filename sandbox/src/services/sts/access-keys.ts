import type { World } from '../../kernel/world.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * An access key id for temporary credentials of an account. As in AWS's own keys, the account can be read from the id
 * (GetAccessKeyInfo does): the 40 bits behind the first bit of the base32 part are the account's number.
 */
export function temporaryKeyId(accountId: string, world: World): string {
  const random = BigInt(`0x${world.id(10)}`);
  // 1 bit, 40 bits of the account, 39 bits that make the key its own: 80 bits, 16 characters.
  let bits = (1n << 79n) | (BigInt(accountId) << 39n) | (random & ((1n << 39n) - 1n));
  let text = '';
  for (let i = 0; i < 16; i++) {
    text = alphabet.charAt(Number(bits & 31n)) + text;
    bits >>= 5n;
  }
  return `ASIA${text}`;
}

/** The account of an access key id that has AWS's form; undefined for any other text. */
export function accountOfKeyId(accessKeyId: string): string | undefined {
  const encoded = /^A[A-Z]{3}([A-Z2-7]{16})$/.exec(accessKeyId)?.[1];
  if (encoded === undefined) return undefined;
  let bits = 0n;
  for (const character of encoded) bits = (bits << 5n) | BigInt(alphabet.indexOf(character));
  return ((bits >> 39n) & ((1n << 40n) - 1n)).toString().padStart(12, '0');
}
