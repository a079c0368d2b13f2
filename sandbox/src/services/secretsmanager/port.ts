import { parseArn } from '../../kernel/arn.ts';
import type { SecretValues } from '../../kernel/ports.ts';
import { AwsError } from '../../kernel/service.ts';
import type { Scope, World } from '../../kernel/world.ts';
import { select } from '../ssm/state.ts';
import { liveSecretOf } from './state.ts';
import { versionOf } from './versions.ts';

/** What ECS asks of Secrets Manager and Parameter Store when it starts a container. */
export function secretValuesPort(world: World): SecretValues {
  return {
    resolve(scope, valueFrom) {
      const arn = parseArn(valueFrom);
      if (arn?.service === 'secretsmanager') return secretValue(world, scope, valueFrom);
      return select(world, scope, valueFrom).version.value;
    },
  };
}

/**
 * The value of `arn:aws:secretsmanager:region:account:secret:name:json-key:version-stage:version-id`, of which the last
 * three parts may be empty or absent.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
 */
function secretValue(world: World, scope: Scope, valueFrom: string): string {
  const parts = valueFrom.split(':');
  const [key, stage, id] = parts.slice(7).map((part) => (part === '' ? undefined : part));
  const secret = liveSecretOf(world, scope, parts.slice(0, 7).join(':'));
  const version = versionOf(secret, id, stage);
  const value = version.string ?? Buffer.from(version.binary ?? '', 'base64').toString();
  if (key === undefined) return value;
  const found = jsonOf(value)?.[key];
  if (found === undefined) {
    // The words of the ECS agent, https://github.com/aws/amazon-ecs-agent (agent/asm/asm.go).
    throw new AwsError(
      'ResourceInitializationError',
      `retrieved secret from Secrets Manager did not contain json key ${key}`,
    );
  }
  return typeof found === 'string' ? found : JSON.stringify(found);
}

function jsonOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed !== null && typeof parsed === 'object' ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
