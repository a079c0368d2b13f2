import type { Command } from 'commander';
import type { Token } from '../../../api/http/access.ts';
import type { Io } from '../../io.ts';
import { listFormat } from '../../remote/formats.ts';
import { withClient } from '../../remote/run.ts';
import { addServer } from '../../remote/server-options.ts';
import type { Column, ListFormat } from '../../remote/table.ts';

const COLUMNS: readonly Column<Token>[] = [
  { header: 'ID', of: ({ id }) => id },
  { header: 'NAME', of: ({ name }) => name },
  { header: 'PROJECT', of: ({ project }) => project ?? '*' },
  { header: 'ACCESS', of: ({ access }) => access },
  { header: 'EXPIRES', of: ({ expiresAt }) => expiresAt },
  { header: 'LAST-USED', of: ({ lastUsedAt }) => lastUsedAt ?? 'never' },
  { header: 'CREATED-BY', of: ({ createdBy }) => createdBy, wide: true },
  { header: 'APPLICATIONS', of: ({ applications }) => applications?.join(',') ?? '*', wide: true },
];

/** `longshore token list` */
export function register(token: Command, io: Io): void {
  addServer(token.command('list').description('Lists the tokens that you may delete; never the tokens themselves.'))
    .addOption(listFormat())
    .action(async ({ output }: { readonly output: ListFormat }, command: Command) =>
      withClient(command, io, async (client, signal) => {
        const { everyPage } = await import('../../remote/pages.ts');
        const { printList } = await import('../../remote/table.ts');
        const items = await everyPage<Token>((query) => client.call('GET /api/v1/tokens', { query, signal }));
        printList(items, COLUMNS, output, { whole: { kind: 'TokenList', items }, name: ({ id }) => id }, io);
      }),
    );
}
