import { AwsError } from '../../kernel/service.ts';

/** A range of IPv4 addresses. */
export interface Range {
  readonly first: number;
  readonly size: number;
  readonly prefix: number;
}

/** Reads `10.0.0.0/16`. @throws AwsError InvalidParameterValue */
export function rangeOf(cidr: string): Range {
  const [, a, b, c, d, bits] = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr) ?? [];
  const bytes = [a, b, c, d].map(Number);
  const prefix = Number(bits);
  if (bits === undefined || prefix > 32 || bytes.some((byte) => byte > 255)) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value (${cidr}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`,
    );
  }
  const size = 2 ** (32 - prefix);
  const address = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  return { first: address - (address % size), size, prefix };
}

/** True when all of `inner` is in `outer`. */
export function contains(outer: Range, inner: Range): boolean {
  return inner.first >= outer.first && inner.first + inner.size <= outer.first + outer.size;
}

/** True when they have an address in common. */
export function overlaps(one: Range, other: Range): boolean {
  return one.first < other.first + other.size && other.first < one.first + one.size;
}
