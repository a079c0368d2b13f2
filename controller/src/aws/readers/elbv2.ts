import {
  DescribeCapacityReservationCommand,
  DescribeListenerAttributesCommand,
  DescribeListenerCertificatesCommand,
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  type LoadBalancer,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { isAbsent, wrapAws } from '../errors.ts';
import { READ, type StringMap } from '../reads.ts';
import { absentIsUndefined, allPages, type Batch, type Reader, singleReader } from './reader.ts';

/** Readers of Elastic Load Balancing. */
export function elbReaders(): readonly Reader[] {
  return [
    targetGroups,
    loadBalancers,
    tags,
    singleReader(READ.listeners, 'DescribeListeners', (LoadBalancerArn, { clients, abort }) =>
      allPages(
        (Marker) =>
          clients.elbv2.send(new DescribeListenersCommand({ LoadBalancerArn, Marker, PageSize: PAGE }), abort),
        (page) => page.Listeners,
        (page) => page.NextMarker,
      ),
    ),
    singleReader(READ.listener, 'DescribeListeners', async (arn, { clients, abort }) => {
      const { Listeners = [] } = await clients.elbv2.send(new DescribeListenersCommand({ ListenerArns: [arn] }), abort);
      return Listeners[0];
    }),
    singleReader(READ.rules, 'DescribeRules', (ListenerArn, { clients, abort }) =>
      allPages(
        (Marker) => clients.elbv2.send(new DescribeRulesCommand({ ListenerArn, Marker, PageSize: PAGE }), abort),
        (page) => page.Rules,
        (page) => page.NextMarker,
      ),
    ),
    singleReader(READ.listenerCertificates, 'DescribeListenerCertificates', (ListenerArn, { clients, abort }) =>
      allPages(
        (Marker) =>
          clients.elbv2.send(new DescribeListenerCertificatesCommand({ ListenerArn, Marker, PageSize: PAGE }), abort),
        (page) => page.Certificates,
        (page) => page.NextMarker,
      ),
    ),
    singleReader(
      READ.targetGroupAttributes,
      'DescribeTargetGroupAttributes',
      async (TargetGroupArn, { clients, abort }) =>
        mapOf(await clients.elbv2.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn }), abort)),
    ),
    singleReader(
      READ.loadBalancerAttributes,
      'DescribeLoadBalancerAttributes',
      async (LoadBalancerArn, { clients, abort }) =>
        mapOf(await clients.elbv2.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn }), abort)),
    ),
    singleReader(
      READ.loadBalancerCapacity,
      'DescribeCapacityReservation',
      async (LoadBalancerArn, { clients, abort }) => {
        const answer = await clients.elbv2.send(new DescribeCapacityReservationCommand({ LoadBalancerArn }), abort);
        return answer.MinimumLoadBalancerCapacity?.CapacityUnits ?? 0;
      },
    ),
    singleReader(READ.listenerAttributes, 'DescribeListenerAttributes', async (ListenerArn, { clients, abort }) =>
      mapOf(await clients.elbv2.send(new DescribeListenerAttributesCommand({ ListenerArn }), abort)),
    ),
    singleReader(READ.targetHealth, 'DescribeTargetHealth', async (TargetGroupArn, { clients, abort }) => {
      const answer = await clients.elbv2.send(new DescribeTargetHealthCommand({ TargetGroupArn }), abort);
      return answer.TargetHealthDescriptions ?? [];
    }),
  ];
}

/** The most that one page holds. */
const PAGE = 400;
/** Keys that wait for a list of everything; the list does not take keys. */
const ANY_NUMBER = 10_000;
/** The most ARNs that DescribeTags takes. */
const TAGS_BATCH = 20;

/**
 * DescribeTargetGroups with names or ARNs fails as a whole when one of them is missing, so that a sweep reads the whole
 * list once for each pass and a fresh read asks for one.
 */
const targetGroups: Reader = {
  type: READ.targetGroup,
  maxBatch: ANY_NUMBER,
  load: async (keys, batch) => {
    const { clients, abort, fresh } = batch;
    const list = (): Promise<TargetGroup[]> =>
      allPages(
        (Marker) => clients.elbv2.send(new DescribeTargetGroupsCommand({ Marker, PageSize: PAGE }), abort),
        (page) => page.TargetGroups,
        (page) => page.NextMarker,
      );
    const one = async (key: string): Promise<TargetGroup[]> => {
      const filter = isArn(key) ? { TargetGroupArns: [key] } : { Names: [key] };
      const answer = await clients.elbv2.send(new DescribeTargetGroupsCommand(filter), abort);
      return answer.TargetGroups ?? [];
    };
    const found = fresh
      ? await oneByOne(keys, one, 'DescribeTargetGroups')
      : await batch.shared(READ.targetGroup, list).catch(rethrow('DescribeTargetGroups'));
    return index(keys, found, (group) => [group.TargetGroupArn, group.TargetGroupName]);
  },
};

/** As target groups. */
const loadBalancers: Reader = {
  type: READ.loadBalancer,
  maxBatch: ANY_NUMBER,
  load: async (keys, batch) => {
    const { clients, abort, fresh } = batch;
    const list = (): Promise<LoadBalancer[]> =>
      allPages(
        (Marker) => clients.elbv2.send(new DescribeLoadBalancersCommand({ Marker, PageSize: PAGE }), abort),
        (page) => page.LoadBalancers,
        (page) => page.NextMarker,
      );
    const one = async (key: string): Promise<LoadBalancer[]> => {
      const filter = isArn(key) ? { LoadBalancerArns: [key] } : { Names: [key] };
      const answer = await clients.elbv2.send(new DescribeLoadBalancersCommand(filter), abort);
      return answer.LoadBalancers ?? [];
    };
    const found = fresh
      ? await oneByOne(keys, one, 'DescribeLoadBalancers')
      : await batch.shared(READ.loadBalancer, list).catch(rethrow('DescribeLoadBalancers'));
    return index(keys, found, (balancer) => [balancer.LoadBalancerArn, balancer.LoadBalancerName]);
  },
};

const tags: Reader = {
  type: READ.elbTags,
  maxBatch: TAGS_BATCH,
  load: async (keys, batch) => {
    try {
      return await describeTags(keys, batch);
    } catch (error) {
      if (!isAbsent(error)) throw wrapAws(error, 'DescribeTags');
    }
    // One ARN of the batch is gone, and the answer does not say for the others.
    const found = new Map<string, StringMap>();
    for (const key of keys) {
      const own = await absentIsUndefined(describeTags([key], batch), `DescribeTags ${key}`);
      for (const [arn, map] of own ?? []) found.set(arn, map);
    }
    return found;
  },
};

async function describeTags(
  arns: readonly string[],
  { clients, abort }: Batch,
): Promise<ReadonlyMap<string, StringMap>> {
  const answer = await clients.elbv2.send(new DescribeTagsCommand({ ResourceArns: [...arns] }), abort);
  return new Map(
    (answer.TagDescriptions ?? []).map(({ ResourceArn = '', Tags = [] }) => [
      ResourceArn,
      Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value])),
    ]),
  );
}

async function oneByOne<T>(
  keys: readonly string[],
  read: (key: string) => Promise<T[]>,
  operation: string,
): Promise<readonly T[]> {
  const answers = await Promise.all(keys.map((key) => absentIsUndefined(read(key), `${operation} ${key}`)));
  return answers.flatMap((answer) => answer ?? []);
}

/** Everything that was asked for, under the key that it was asked by: a name or an ARN. */
function index<T>(
  keys: readonly string[],
  found: readonly T[],
  names: (item: T) => readonly (string | undefined)[],
): ReadonlyMap<string, T> {
  const asked = new Set(keys);
  const map = new Map<string, T>();
  for (const item of found) {
    for (const name of names(item)) if (name !== undefined && asked.has(name)) map.set(name, item);
  }
  return map;
}

function mapOf(answer: {
  readonly Attributes?:
    | readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[]
    | undefined;
}): StringMap {
  return Object.fromEntries((answer.Attributes ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}

function isArn(key: string): boolean {
  return key.startsWith('arn:');
}

function rethrow(operation: string): (error: unknown) => never {
  return (error) => {
    throw wrapAws(error, operation);
  };
}
