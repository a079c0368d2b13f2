import type {
  FailureInfo,
  TagResourcesCommandInput,
  UntagResourcesCommandInput,
} from '@aws-sdk/client-resource-groups-tagging-api';
import type { RegisteredResource } from '../../kernel/registry.ts';
import type { Call } from '../../kernel/service.ts';
import { checkedArn, invalid } from './arns.ts';

/** https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_TagResources.html */
export function tagResources({ ResourceARNList: arns = [], Tags = {} }: TagResourcesCommandInput, call: Call): object {
  const reserved = Object.keys(Tags).find((key) => key.toLowerCase().startsWith('aws:'));
  if (reserved !== undefined) throw invalid(`Tag keys starting with 'aws:' are reserved for system use: ${reserved}`);
  return eachResource(arns, call, (resource) => {
    const tags = { ...resource.tags, ...Tags };
    if (Object.keys(tags).length > 50) return 'A resource can have at most 50 tags.';
    resource.tags = tags;
    return undefined;
  });
}

/** https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_UntagResources.html */
export function untagResources(
  { ResourceARNList: arns = [], TagKeys = [] }: UntagResourcesCommandInput,
  call: Call,
): object {
  return eachResource(arns, call, (resource) => {
    resource.tags = Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !TagKeys.includes(key)));
    return undefined;
  });
}

/** Changes each resource; what cannot be changed is in the answer, with the reason that `change` gives. */
function eachResource(
  arns: readonly string[],
  { world, scope }: Call,
  change: (resource: RegisteredResource) => string | undefined,
): object {
  for (const arn of arns) checkedArn(arn);
  const FailedResourcesMap: Record<string, FailureInfo> = {};
  for (const arn of arns) {
    const resource = world.resources.get(arn);
    const here = resource?.accountId === scope.accountId && resource.region === scope.region ? resource : undefined;
    const problem = here ? change(here) : 'The specified resource does not exist in this account and Region.';
    if (problem !== undefined) {
      FailedResourcesMap[arn] = { StatusCode: 400, ErrorCode: 'InvalidParameterException', ErrorMessage: problem };
    }
  }
  return { FailedResourcesMap };
}
