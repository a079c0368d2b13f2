import type { ListTagsForResourceInput, Tag, TagResourceInput, UntagResourceInput } from '@aws-sdk/client-codedeploy';
import { parseArn } from '../../kernel/arn.ts';
import type { RegisteredResource } from '../../kernel/registry.ts';
import { AwsError, type Call } from '../../kernel/service.ts';

/** Most tags of a resource, and longest key and value: the user guide, "Tagging deployment groups". */
const limits = { tags: 50, key: 128, value: 256 };

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_TagResource.html */
export function tagResource({ ResourceArn, Tags }: TagResourceInput, call: Call): object {
  const resource = resourceOf(ResourceArn, call);
  if (!Tags?.length) throw new AwsError('TagRequiredException', 'A tag must be specified');
  resource.tags = checkedTags({ ...resource.tags, ...tagRecord(Tags) });
  return {};
}

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_UntagResource.html */
export function untagResource({ ResourceArn, TagKeys }: UntagResourceInput, call: Call): object {
  const resource = resourceOf(ResourceArn, call);
  resource.tags = Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !TagKeys?.includes(key)));
  return {};
}

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_ListTagsForResource.html */
export function listTagsForResource({ ResourceArn }: ListTagsForResourceInput, call: Call): object {
  return { Tags: Object.entries(resourceOf(ResourceArn, call).tags).map(([Key, Value]) => ({ Key, Value })) };
}

/** Tags of a new resource. @throws AwsError InvalidTagsToAddException */
export function newTags(tags: readonly Tag[] | undefined): Record<string, string> {
  return checkedTags(tagRecord(tags));
}

function tagRecord(tags: readonly Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}

function checkedTags(tags: Record<string, string>): Record<string, string> {
  const bad = Object.entries(tags).find(
    ([key, value]) =>
      key === '' || key.length > limits.key || value.length > limits.value || key.toLowerCase().startsWith('aws:'),
  );
  if (bad) throw new AwsError('InvalidTagsToAddException', `The tag '${bad[0]}' is not valid`);
  if (Object.keys(tags).length > limits.tags) {
    throw new AwsError('InvalidTagsToAddException', `A resource can have at most ${limits.tags} tags`);
  }
  return tags;
}

/** Applications and deployment groups take tags; deployments and configurations do not. */
function resourceOf(arn: string | undefined, { world }: Call): RegisteredResource {
  if (!arn) throw new AwsError('ResourceArnRequiredException', 'The ARN of a resource is required');
  const parsed = parseArn(arn);
  if (parsed?.service !== 'codedeploy') throw new AwsError('InvalidArnException', `${arn} is not a valid ARN`);
  const [kind, ...name] = parsed.resource.split(':');
  if (kind !== 'application' && kind !== 'deploymentgroup') {
    throw new AwsError('ArnNotSupportedException', `The ARN ${arn} is not supported`);
  }
  const resource = world.resources.get(arn);
  if (!resource) {
    const [code, what] =
      kind === 'application'
        ? ['ApplicationDoesNotExistException', 'application']
        : ['DeploymentGroupDoesNotExistException', 'Deployment Group'];
    throw new AwsError(code, `No ${what} found for name: ${name.join(':')}`);
  }
  return resource;
}
