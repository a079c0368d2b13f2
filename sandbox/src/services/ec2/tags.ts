import type { CreateTagsRequest, DeleteTagsRequest, Tag, TagSpecification } from '@aws-sdk/client-ec2';
import { AwsError, type Call } from '../../kernel/service.ts';
import type { Scope, World } from '../../kernel/world.ts';
import { ec2Arn, type Kind } from './state.ts';

/** Prefixes of ids, with what they are ids of. */
const KIND_OF: Readonly<Record<string, Kind>> = {
  vpc: 'vpc',
  subnet: 'subnet',
  rtb: 'route-table',
  igw: 'internet-gateway',
  nat: 'natgateway',
  vpce: 'vpc-endpoint',
  sg: 'security-group',
};

/** Puts a new thing with its tags into the registry of resources. */
export function register(call: Call, kind: Kind, id: string, specifications: readonly TagSpecification[] = []): void {
  const tags = specifications
    .filter(({ ResourceType = kind }) => ResourceType === kind)
    .flatMap(({ Tags = [] }) => Tags);
  const arn = ec2Arn(call.scope, kind, id);
  const { scope, now: createdAt } = call;
  call.world.resources.add({ arn, type: `ec2:${kind}`, ...scope, createdAt, tags: record(tags) });
}

/** Takes a thing out of the registry of resources. */
export function unregister(call: Call, kind: Kind, id: string): void {
  call.world.resources.remove(ec2Arn(call.scope, kind, id));
}

/** The tags of a thing as its description lists them. */
export function tagsOf(world: World, scope: Scope, kind: Kind, id: string): Tag[] {
  const tags = world.resources.get(ec2Arn(scope, kind, id))?.tags ?? {};
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** CreateTags: adds, or gives another value. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html */
export function createTags(input: CreateTagsRequest, call: Call): object {
  for (const resource of (input.Resources ?? []).map((id) => registered(call, id))) {
    resource.tags = { ...resource.tags, ...record(input.Tags ?? []) };
  }
  return {};
}

/**
 * DeleteTags: those named, with the value where one is given; all without names.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html
 */
export function deleteTags(input: DeleteTagsRequest, call: Call): object {
  const goes = (key: string, value: string): boolean =>
    (input.Tags ?? [{ Key: key }]).some(({ Key, Value }) => Key === key && (Value === undefined || Value === value));
  for (const resource of (input.Resources ?? []).map((id) => registered(call, id))) {
    resource.tags = Object.fromEntries(Object.entries(resource.tags).filter(([key, value]) => !goes(key, value)));
  }
  return {};
}

function registered({ world, scope }: Call, id: string) {
  const kind = KIND_OF[id.split('-')[0] ?? ''];
  const found = kind && world.resources.get(ec2Arn(scope, kind, id));
  if (!found) throw new AwsError('InvalidID', `The ID '${id}' is not valid`);
  return found;
}

function record(tags: readonly Tag[]): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}
