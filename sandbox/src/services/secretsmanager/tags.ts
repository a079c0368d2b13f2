import type { TagResourceCommandInput, UntagResourceCommandInput } from '@aws-sdk/client-secrets-manager';
import { AwsError, type Call } from '../../kernel/service.ts';
import { tagsOf } from './secrets.ts';
import { liveSecretOf } from './state.ts';

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_TagResource.html */
export function tagResource({ SecretId, Tags = [] }: TagResourceCommandInput, { world, scope }: Call): object {
  const resource = world.resources.get(liveSecretOf(world, scope, SecretId).arn);
  const tags = { ...resource?.tags, ...tagsOf(Tags) };
  if (Object.keys(tags).length > 50) {
    throw new AwsError('InvalidParameterException', 'A secret can have at most 50 tags.');
  }
  if (resource) resource.tags = tags;
  return {};
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UntagResource.html */
export function untagResource({ SecretId, TagKeys = [] }: UntagResourceCommandInput, { world, scope }: Call): object {
  const resource = world.resources.get(liveSecretOf(world, scope, SecretId).arn);
  if (resource) {
    resource.tags = Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !TagKeys.includes(key)));
  }
  return {};
}
