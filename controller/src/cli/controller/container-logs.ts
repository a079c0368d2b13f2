import type { AwsContext } from '../../aws/context.ts';
import { logSourcesOf } from '../../aws/logsources.ts';
import { tailLogs } from '../../aws/logtail.ts';
import type { Clock } from '../../core/clock.ts';
import { TerminalError } from '../../core/errors.ts';
import type { ApplicationState, Control } from '../../engine/control.ts';
import type { LogReader } from '../../server/logs.ts';

/** What reading logs works with. */
export interface ContainerLogsDeps {
  readonly control: Pick<Control, 'resources' | 'parts'>;
  /** Connects to where an Application is, as its Project says. */
  readonly connect: (application: ApplicationState) => Promise<AwsContext>;
  readonly clock: Clock;
}

/** Lines of containers that log to CloudWatch Logs, from the task definition that a Service or Job has now. */
export function containerLogs({ control, connect, clock }: ContainerLogsDeps): LogReader {
  return {
    read: async (application, request, signal) => {
      const { name } = application;
      const known = control.resources(name).find(({ ref }) => ref === request.ref)?.parts;
      // Hooks, and Jobs that only people run, are not among the resources that are kept in sync.
      const parts = known ?? (await control.parts(name, request.ref, signal));
      const definition = parts.findLast(({ type }) => type === 'ecs:task-definition')?.id;
      if (definition === undefined) {
        throw new TerminalError('NoLogs', `${request.ref} has no containers, expected a Service or a Job that exists`);
      }
      const aws = await connect(application);
      const sources = await logSourcesOf(aws.ecs, definition, aws.region, request.container);
      return tailLogs(aws.logs, { ...request, sources }, clock, signal);
    },
  };
}
