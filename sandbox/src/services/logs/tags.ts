import type {
  ListTagsForResourceCommandInput,
  TagResourceCommandInput,
  UntagResourceCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import type { RegisteredResource } from '../../kernel/registry.ts';
import { AwsError, type Call } from '../../kernel/service.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html */
export function tagResource({ resourceArn, tags }: TagResourceCommandInput, call: Call): object {
  const resource = resourceOf(resourceArn, call);
  const merged = { ...resource.tags, ...tags };
  if (Object.keys(merged).length > 50) {
    throw new AwsError('TooManyTagsException', 'The maximum number of tags per resource is 50.', {
      resourceName: resource.arn,
    });
  }
  resource.tags = merged;
  return {};
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_UntagResource.html */
export function untagResource({ resourceArn, tagKeys = [] }: UntagResourceCommandInput, call: Call): object {
  const resource = resourceOf(resourceArn, call);
  resource.tags = Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !tagKeys.includes(key)));
  return {};
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListTagsForResource.html */
export function listTagsForResource({ resourceArn }: ListTagsForResourceCommandInput, call: Call): object {
  return { tags: { ...resourceOf(resourceArn, call).tags } };
}

/** The log group of an ARN. "The ARN of a log group must not end with an asterisk." */
function resourceOf(arn: string | undefined, { world }: Call): RegisteredResource {
  const resource = world.resources.get(arn ?? '');
  if (resource?.type !== 'logs:log-group') {
    throw new AwsError('ResourceNotFoundException', 'The specified resource does not exist.');
  }
  return resource;
}
