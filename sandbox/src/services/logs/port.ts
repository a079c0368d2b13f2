import { own } from '../../kernel/own.ts';
import type { LogSink } from '../../kernel/ports.ts';
import type { World } from '../../kernel/world.ts';
import { addGroup } from './groups.ts';
import { appendEvents } from './ingest.ts';
import { groupOf, logsOf } from './state.ts';

/** What ECS's log driver asks of Logs. */
export function logSinkPort(world: World): LogSink {
  return {
    groupExists: (scope, group) => own(logsOf(world, scope).groups, group) !== undefined,
    createGroup: (scope, name) => addGroup(world, scope, { name, class: 'STANDARD', deletionProtected: false }, {}),
    put(scope, group, stream, events) {
      const { streams } = groupOf(world, scope, group);
      const target = own(streams, stream) ?? { name: stream, createdAt: world.clock.now(), events: [] };
      streams[stream] = target;
      appendEvents(world, scope, target, events);
    },
  };
}
