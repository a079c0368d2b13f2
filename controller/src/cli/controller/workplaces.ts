import type { RoleToAssume } from '../../aws/assume-role.ts';
import type { AwsContext } from '../../aws/context.ts';
import { TerminalError } from '../../core/errors.ts';
import type { Tracer } from '../../core/trace.ts';
import type { Workplace } from '../../engine/applications/declared.ts';
import { createEngine } from '../../engine/create.ts';
import type { EngineDeps } from '../../engine/engine.ts';
import { destinationIn, type Project } from '../../engine/projects.ts';
import type { Destination } from '../../kinds/kind.ts';
import type { Destinations } from '../destinations.ts';
import { tracedEngine } from './traced.ts';

/** What the workplaces of all Projects share. */
export interface WorkplacesDeps extends Omit<EngineDeps, 'connect'> {
  readonly aws: Destinations;
  readonly tracer: Tracer;
}

/** The role that a Project maps a destination to; undefined: the controller's own credentials. */
export function roleIn(
  { spec }: Pick<Project, 'spec'>,
  destination: Destination,
  instance: string,
): RoleToAssume | undefined {
  const { roleArn, externalId } = destinationIn(spec, destination) ?? {};
  if (roleArn === undefined) return undefined;
  const sessionName = `longshore-${instance}`;
  return { arn: roleArn, sessionName, ...(externalId !== undefined && { externalId }) };
}

/**
 * Where Applications of a Project work: with an engine of its own, whose connections are those that the Project maps its
 * destinations to. What another Project may do in the same account is out of its reach.
 */
export function workplaceOf(project: Project, { aws, tracer, ...deps }: WorkplacesDeps): Workplace {
  const connect = async (destination: Destination): Promise<AwsContext> => {
    const role = roleIn(project, destination, deps.instance);
    const { accountId, region } = destination;
    if (destinationIn(project.spec, destination) === undefined) {
      const where = `${accountId}/${region}`;
      throw new TerminalError('ProjectRefused', `Project ${project.name} has no destination ${where} any more`);
    }
    const connected = await aws.to({ accountId, region, ...(role !== undefined && { role }) });
    // Others are connected there as well: the end of this engine is not theirs.
    return { ...connected, close: () => undefined };
  };
  const engine = tracedEngine(createEngine({ ...deps, connect }), tracer);
  return {
    engine,
    resolve: async ({ accountId, region }) => {
      if (accountId !== undefined && region !== undefined) return { accountId, region };
      const own = await aws.to(accountId === undefined && region !== undefined ? { region } : {});
      return { accountId: accountId ?? own.accountId, region: region ?? own.region };
    },
    place: (destination) => {
      const { arn = '', externalId = '' } = roleIn(project, destination, deps.instance) ?? {};
      return `${destination.accountId}/${destination.region} ${arn} ${externalId}`.trim();
    },
    pass: async (destination, now, signal) => (await connect(destination)).pass(now, signal),
  };
}
