import { connect, type ConnectOptions, type ConnectTo } from '../aws/connect.ts';
import type { AwsContext } from '../aws/context.ts';

/** Connections by destination, each made once. One that failed is made anew next time. */
export interface Destinations {
  /** Omitted parts of `to` are those of the credentials and the environment. @throws TerminalError as `connect` does */
  to(to: ConnectTo): Promise<AwsContext>;
  close(): Promise<void>;
}

/** Connects with these options. A destination named in full and the same one left to the credentials share a connection. */
export function destinations(options: ConnectOptions): Destinations {
  const open = new Map<string, Promise<AwsContext>>();
  return {
    to: (to) => {
      const known = open.get(keyOf(to));
      if (known !== undefined) return known;
      const connecting = connect(to, options).then(
        (aws) => {
          open.set(keyOf(aws), connecting);
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
    close: async () => {
      const settled = await Promise.allSettled(open.values());
      for (const result of settled) if (result.status === 'fulfilled') result.value.close();
      open.clear();
    },
  };
}

function keyOf({ accountId, region }: ConnectTo): string {
  return `${accountId ?? ''}/${region ?? ''}`;
}
