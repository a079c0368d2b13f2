import type { LabelParameterVersionCommandInput, UnlabelParameterVersionCommandInput } from '@aws-sdk/client-ssm';
import { AwsError, type Call } from '../../kernel/service.ts';
import { emitParameterChange } from './events.ts';
import { select } from './state.ts';

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_LabelParameterVersion.html */
export function labelParameterVersion(input: LabelParameterVersionCommandInput, { world, scope }: Call): object {
  const { Name = '', ParameterVersion: number, Labels: labels = [] } = input;
  const { parameter, version } = select(world, scope, number === undefined ? Name : `${Name}:${number}`);
  const valid = labels.filter(isValid);
  if (new Set([...version.labels, ...valid]).size > 10) {
    throw new AwsError('ParameterVersionLabelLimitExceeded', 'A parameter version can have a maximum of ten labels.');
  }
  // A label is on one version at a time: giving it moves it.
  for (const other of parameter.versions) other.labels = other.labels.filter((label) => !valid.includes(label));
  version.labels.push(...valid);
  emitParameterChange(world, scope, parameter, 'LabelParameterVersion');
  return { InvalidLabels: labels.filter((label) => !isValid(label)), ParameterVersion: version.version };
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UnlabelParameterVersion.html */
export function unlabelParameterVersion(input: UnlabelParameterVersionCommandInput, { world, scope }: Call): object {
  const { Name = '', ParameterVersion: number, Labels: labels = [] } = input;
  const { version } = select(world, scope, `${Name}:${number}`);
  const RemovedLabels = labels.filter((label) => version.labels.includes(label));
  version.labels = version.labels.filter((label) => !labels.includes(label));
  return { RemovedLabels, InvalidLabels: labels.filter((label) => !RemovedLabels.includes(label)) };
}

function isValid(label: string): boolean {
  return /^(?!aws|ssm|\d)[\w.-]{1,100}$/i.test(label);
}
