import type { Command } from 'commander';
import type { RolloutView } from '../../../api/http/rollout.ts';
import type { Io } from '../../io.ts';
import { listFormat } from '../../remote/formats.ts';
import { withClient } from '../../remote/run.ts';
import { addServer } from '../../remote/server-options.ts';
import type { Column, ListFormat } from '../../remote/table.ts';
import { shortName, stepInWords, trafficInWords } from '../../rollouts/words.ts';

const COLUMNS: readonly Column<RolloutView>[] = [
  { header: 'RESOURCE', of: ({ ref }) => ref },
  { header: 'STRATEGY', of: ({ strategy }) => strategy },
  { header: 'PHASE', of: ({ phase }) => phase },
  { header: 'STEP', of: stepInWords },
  { header: 'TRAFFIC', of: (view) => trafficInWords(view) ?? '' },
  { header: 'REVISION', of: ({ target }) => shortName(target) },
  { header: 'WAITS FOR', of: ({ waitsFor, cause }) => cause ?? waitsFor ?? '' },
  { header: 'ID', of: ({ id }) => id, wide: true },
];

/** `longshore rollout list APP` */
export function register(rollout: Command, io: Io): void {
  addServer(rollout.command('list').description('Lists the rollouts of an Application, in flight and the last ones.'))
    .argument('<name>', 'the Application')
    .addOption(listFormat())
    .action(async (name: string, { output }: { readonly output: ListFormat }, command: Command) =>
      withClient(command, io, async (client, signal) => {
        const { printList } = await import('../../remote/table.ts');
        const list = await client.call('GET /api/v1/applications/{name}/rollouts', { path: { name }, signal });
        printList(list.items, COLUMNS, output, { whole: list, name: ({ ref }) => ref }, io);
      }),
    );
}
