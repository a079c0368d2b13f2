import { connect, type ConnectOptions, type ConnectTo } from '../aws/connect.ts';
import type { AwsContext } from '../aws/context.ts';

/** Connections by destination and role, each made once. One that failed is made anew next time. */
export interface Destinations {
  /** Omitted parts of `to` are those of the credentials and the environment. @throws TerminalError as `connect` does */
  to(to: ConnectTo): Promise<AwsContext>;
  /** The ARNs that we have been on any of them, as STS says. */
  callers(): ReadonlySet<string>;
  /** The token buckets of every connection. */
  tokens(): Iterable<{
    readonly account: string;
    readonly region: string;
    readonly group: string;
    readonly tokens: number;
  }>;
  close(): Promise<void>;
}

/** Connects with these options. A destination named in full and the same one left to the credentials share a connection. */
export function destinations(options: ConnectOptions): Destinations {
  const open = new Map<string, Promise<AwsContext>>();
  const callers = new Set<string>();
  const connections = new Set<AwsContext>();
  return {
    to: (to) => {
      const known = open.get(keyOf(to));
      if (known !== undefined) return known;
      const connecting = connect(to, options).then(
        (aws) => {
          callers.add(aws.callerArn);
          connections.add(aws);
          const { role } = to;
          const { accountId, region } = aws;
          open.set(keyOf({ accountId, region, ...(role !== undefined && { role }) }), connecting);
          return aws;
        },
        (error: unknown) => {
          open.delete(keyOf(to));
          throw error;
        },
      );
      open.set(keyOf(to), connecting);
      return connecting;
    },
    callers: () => callers,
    *tokens() {
      for (const { accountId: account, region, settings } of connections) {
        for (const level of settings.rules.buckets.levels()) yield { account, region, ...level };
      }
    },
    close: async () => {
      const settled = await Promise.allSettled(open.values());
      for (const result of settled) if (result.status === 'fulfilled') result.value.close();
      open.clear();
      connections.clear();
    },
  };
}

function keyOf({ accountId, region, role }: ConnectTo): string {
  return JSON.stringify([accountId ?? '', region ?? '', role?.arn ?? '', role?.externalId ?? '']);
}
