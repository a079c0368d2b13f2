import type { Scope, World } from '../../kernel/world.ts';
import type { Parameter } from './state.ts';

/**
 * Tells EventBridge what was done to a parameter.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-cwe.html
 */
export function emitParameterChange(
  world: World,
  scope: Scope,
  { arn, name, type, versions }: Parameter,
  operation: 'Create' | 'Update' | 'Delete' | 'LabelParameterVersion',
): void {
  const description = versions.at(-1)?.description;
  world.ports.events.emit(scope, () => ({
    source: 'aws.ssm',
    detailType: 'Parameter Store Change',
    resources: [arn],
    detail: { operation, name, type, ...(description === undefined ? {} : { description }) },
  }));
}
