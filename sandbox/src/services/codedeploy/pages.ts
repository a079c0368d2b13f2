import { pageOf } from '../../kernel/page.ts';
import { AwsError } from '../../kernel/service.ts';

/** How many names or ids a page of a listing has. */
const pageSize = 100;

/** The page of texts that the token asks for. @throws AwsError InvalidNextTokenException */
export function page(texts: readonly string[], token: string | undefined): { texts: string[]; nextToken?: string } {
  const found = pageOf(texts, pageSize, token || undefined, (text) => text);
  if (!found) throw new AwsError('InvalidNextTokenException', 'The specified next token is not valid');
  return { texts: [...found.items], ...(found.next === undefined ? {} : { nextToken: found.next }) };
}

/** Most names of applications or groups that one call may get: API_BatchGetApplications. */
const batchSize = 100;

/** The names or ids of a batch. @throws AwsError with the code `required` when there are none, BatchLimitExceededException */
export function batch(names: readonly string[] | undefined, required: string, most = batchSize): readonly string[] {
  if (!names?.length) throw new AwsError(required, 'The list must not be empty');
  if (names.length > most) {
    throw new AwsError('BatchLimitExceededException', `A batch may have at most ${most} entries`);
  }
  return names;
}
