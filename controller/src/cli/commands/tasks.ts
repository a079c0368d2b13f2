import type { Command } from 'commander';
import type { Task } from '../../api/http/rollout.ts';
import type { Io } from '../io.ts';
import { listFormat } from '../remote/formats.ts';
import type { Column, ListFormat } from '../remote/table.ts';
import { withDesk } from '../rollouts/desk.ts';
import { addSubject } from '../rollouts/desk-options.ts';

const COLUMNS: readonly Column<Task>[] = [
  { header: 'TASK', of: ({ id }) => id },
  { header: 'STATUS', of: ({ lastStatus }) => lastStatus },
  { header: 'HEALTH', of: ({ health }) => health },
  { header: 'REVISION', of: ({ revision }) => revision },
  { header: 'STARTED', of: ({ startedAt, createdAt }) => startedAt ?? createdAt ?? '' },
  { header: 'ZONE', of: ({ zone }) => zone ?? '' },
  { header: 'REASON', of: ({ stoppedReason }) => stoppedReason ?? '' },
  { header: 'CONTAINERS', of: containersInWords, wide: true },
  { header: 'EXEC', of: execInWords, wide: true },
  { header: 'ARN', of: ({ arn }) => arn, wide: true },
];

/** `longshore tasks APP/SERVICE` */
export function register(program: Command, io: Io): void {
  addSubject(
    program
      .command('tasks')
      .description('Lists the tasks of a Service or Job, newest first, those that stopped within the last hour too.'),
    'APP/SERVICE such as shop/api, or APP/Job/NAME',
  )
    .addOption(listFormat())
    .action(async (text: string, { output }: { readonly output: ListFormat }, command: Command) =>
      withDesk(command, io, { text, kind: 'Service' }, async (desk) => {
        const { printList } = await import('../remote/table.ts');
        const items = await desk.tasks();
        printList(items, COLUMNS, output, { whole: { kind: 'TaskList', items }, name: ({ id }) => id }, io);
      }),
    );
}

function containersInWords({ containers }: Task): string {
  return containers.map(({ name, image, lastStatus }) => `${name}=${image} ${lastStatus}`).join(', ');
}

function execInWords({ execEnabled, containers }: Task): string {
  if (!execEnabled) return 'off';
  return [...new Set(containers.map(({ execAgent }) => execAgent ?? 'no agent'))].join(',');
}
