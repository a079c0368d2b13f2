import type { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import type { ECSClient } from '@aws-sdk/client-ecs';
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { isAbsent, wrapAws } from '../errors.ts';
import type { PreflightClients } from '../preflight-clients.ts';
import type { RolloutClients } from '../rollout-clients.ts';
import type { SecretKeys, SecretToLookInto } from '../secret-keys.ts';

/** The clients that readers need. */
export interface ReadClients {
  readonly ecs: ECSClient;
  readonly elbv2: ElasticLoadBalancingV2Client;
  readonly autoscaling: ApplicationAutoScalingClient;
  readonly ssm: SSMClient;
  /** Those that most passes do not need, made when first asked for. */
  readonly rollouts: () => RolloutClients;
  /** Those that looks before a change need, loaded when first asked for. */
  readonly preflight: () => Promise<PreflightClients>;
  /** The names of the keys of one secret, read as a role. */
  readonly secretKeys: (asked: SecretToLookInto, abort: { readonly abortSignal: AbortSignal }) => Promise<SecretKeys>;
}

/** What a reader has at hand for one batch of keys. */
export interface Batch {
  readonly clients: ReadClients;
  /** After a write of our own: past every cache. */
  readonly fresh: boolean;
  /** When the pass looks. */
  readonly now: Date;
  /** An event said that something changed which hardly ever does: what is kept between passes is read anew. */
  readonly recheck: boolean;
  /** Second argument of `client.send`. */
  readonly abort: { readonly abortSignal: AbortSignal };
  /** Loads something that many batches need, such as a list of everything, once for each pass. */
  shared<T>(name: string, load: () => Promise<T>): Promise<T>;
}

/** Reads one type of thing, many keys at once. */
export interface Reader {
  readonly type: string;
  /** Keys that fit in one call. */
  readonly maxBatch: number;
  /** Keys of different groups cannot share a call. */
  group?(key: string): string;
  /** Values by key; a key that is missing is absent in AWS. */
  load(keys: readonly string[], batch: Batch): Promise<ReadonlyMap<string, unknown>>;
}

/** A reader of things that AWS gives one at a time. `read` may throw AWS's own error; not found is absent. */
export function singleReader(
  type: string,
  what: string,
  read: (key: string, batch: Batch) => Promise<unknown>,
): Reader {
  return {
    type,
    maxBatch: 1,
    load: async (keys, batch) => {
      const found = new Map<string, unknown>();
      for (const key of keys) {
        const value = await absentIsUndefined(read(key, batch), `${what} ${key.replaceAll('\n', ' ')}`);
        if (value !== undefined) found.set(key, value);
      }
      return found;
    },
  };
}

/** The value, or undefined when AWS says that it is not there. Other errors are wrapped. */
export async function absentIsUndefined<T>(call: Promise<T>, doing: string): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw wrapAws(error, doing);
  }
}

/** All items of a paged list. */
export async function allPages<Page, Item>(
  call: (token: string | undefined) => Promise<Page>,
  items: (page: Page) => readonly Item[] | undefined,
  next: (page: Page) => string | undefined,
): Promise<Item[]> {
  const all: Item[] = [];
  let token: string | undefined;
  do {
    const page = await call(token);
    all.push(...(items(page) ?? []));
    token = next(page);
  } while (token !== undefined && token !== '');
  return all;
}
