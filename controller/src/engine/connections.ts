import type { AwsContext } from '../aws/context.ts';
import { TerminalError } from '../core/errors.ts';
import type { Destination } from '../kinds/kind.ts';
import type { Connection, EngineDriver, EngineKind } from './resource.ts';

/** Connections by destination: each is made once and kept. One that failed is made anew next time. */
export interface Connections {
  to(destination: Destination): Promise<Connection>;
  close(): void;
}

/** Makes connections on demand. */
export function connections(
  connect: (destination: Destination) => Promise<AwsContext>,
  kinds: ReadonlyMap<string, EngineKind>,
): Connections {
  const open = new Map<string, Promise<Connection>>();
  const made: AwsContext[] = [];
  return {
    to(destination) {
      const key = `${destination.accountId}/${destination.region}`;
      const known = open.get(key);
      if (known !== undefined) return known;
      const connecting = connect(destination).then(
        (aws) => {
          made.push(aws);
          return { aws, driver: driversOn(aws, kinds) };
        },
        (error: unknown) => {
          open.delete(key);
          throw error;
        },
      );
      open.set(key, connecting);
      return connecting;
    },
    close() {
      for (const aws of made.splice(0)) aws.close();
      open.clear();
    },
  };
}

function driversOn(aws: AwsContext, kinds: ReadonlyMap<string, EngineKind>): (kind: string) => EngineDriver {
  const drivers = new Map<string, EngineDriver>();
  return (name) => {
    const known = drivers.get(name);
    if (known !== undefined) return known;
    const kind = kinds.get(name);
    if (kind === undefined) throw new TerminalError('UnknownKind', `there is no kind "${name}"`);
    const driver = kind.driver(aws);
    drivers.set(name, driver);
    return driver;
  };
}
