import { AwsError } from '../../kernel/service.ts';

/** One page of a listing, with the token of the next. @throws AwsError InvalidNextToken when no page gave the token */
export function page<T>(
  items: readonly T[],
  token: string | undefined,
  size: number,
): { items: readonly T[]; NextToken?: string } {
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isInteger(start) || start < 0)
    throw new AwsError('InvalidNextToken', 'The next token specified is invalid');
  const end = start + size;
  return {
    items: items.slice(start, end),
    ...(end < items.length ? { NextToken: Buffer.from(String(end)).toString('base64url') } : {}),
  };
}
