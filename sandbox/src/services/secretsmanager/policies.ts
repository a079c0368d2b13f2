import type {
  DeleteResourcePolicyCommandInput,
  GetResourcePolicyCommandInput,
  PutResourcePolicyCommandInput,
} from '@aws-sdk/client-secrets-manager';
import { AwsError, type Call } from '../../kernel/service.ts';
import { liveSecretOf, secretOf } from './state.ts';

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetResourcePolicy.html */
export function getResourcePolicy({ SecretId }: GetResourcePolicyCommandInput, { world, scope }: Call): object {
  const secret = secretOf(world, scope, SecretId);
  return { ARN: secret.arn, Name: secret.name, ResourcePolicy: secret.policy };
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html */
export function putResourcePolicy(input: PutResourcePolicyCommandInput, { world, scope }: Call): object {
  const secret = liveSecretOf(world, scope, input.SecretId);
  try {
    JSON.parse(input.ResourcePolicy ?? '');
  } catch {
    throw new AwsError('MalformedPolicyDocumentException', 'This resource policy contains invalid Json.');
  }
  secret.policy = input.ResourcePolicy ?? '';
  return { ARN: secret.arn, Name: secret.name };
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteResourcePolicy.html */
export function deleteResourcePolicy({ SecretId }: DeleteResourcePolicyCommandInput, { world, scope }: Call): object {
  const secret = liveSecretOf(world, scope, SecretId);
  delete secret.policy;
  return { ARN: secret.arn, Name: secret.name };
}
