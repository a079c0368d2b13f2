import { createHash, randomBytes } from 'node:crypto';

/** What every token begins with, so that scanners of leaked secrets find it. */
const PREFIX = 'lsp_';
const BYTES = 32;

/** A new token: 256 bits of the system's random numbers. */
export function newToken(): string {
  return `${PREFIX}${newSecret()}`;
}

/** 256 random bits, in base64url. */
export function newSecret(): string {
  return randomBytes(BYTES).toString('base64url');
}

/** True for what looks like a token of ours; everything else is meant for the identity provider's. */
export function isToken(credential: string): boolean {
  return credential.startsWith(PREFIX);
}

/**
 * What is stored of a secret: SHA-256 in hexadecimal. A slow hash is for passwords; 256 random bits cannot be guessed, and
 * every request would pay for it. Looked up by hash, it also gives an attacker no time to measure.
 */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
