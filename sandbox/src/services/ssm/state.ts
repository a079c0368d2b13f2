import { arnOf, parseArn } from '../../kernel/arn.ts';
import { own } from '../../kernel/own.ts';
import { AwsError } from '../../kernel/service.ts';
import type { Scope, World } from '../../kernel/world.ts';

/** One version of a parameter. */
export interface ParameterVersion {
  readonly version: number;
  readonly value: string;
  readonly modifiedAt: number;
  readonly modifiedBy: string;
  readonly description?: string;
  readonly allowedPattern?: string;
  readonly keyId?: string;
  readonly tier: string;
  labels: string[];
}

/** A parameter of Parameter Store. */
export interface Parameter {
  readonly name: string;
  readonly arn: string;
  readonly type: string;
  readonly dataType: string;
  /** Oldest first, at most 100. */
  versions: ParameterVersion[];
}

interface ParametersState {
  /** By name. */
  readonly parameters: Record<string, Parameter>;
}

/** The parameters of a place. */
export function parametersOf(world: World, scope: Scope): Record<string, Parameter> {
  return world.slice<ParametersState>(scope, 'ssm', () => ({ parameters: {} })).parameters;
}

/** ARN of a parameter; the slash that a hierarchy begins with is not doubled. */
export function parameterArn(scope: Scope, name: string): string {
  return arnOf('ssm', scope, `parameter/${name.replace(/^\//, '')}`);
}

/** A parameter at the version that was asked for. */
export interface Selected {
  readonly parameter: Parameter;
  readonly version: ParameterVersion;
  /** `:3` or `:label`, when the name carried one. */
  readonly selector: string | undefined;
}

/**
 * The parameter of a name or ARN, with `:version` or `:label` behind it or not. Throws ParameterNotFound and
 * ParameterVersionNotFound. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 */
export function select(world: World, scope: Scope, wanted: string): Selected {
  const arn = parseArn(wanted);
  const place = arn ? { accountId: arn.accountId, region: arn.region } : scope;
  const [path = '', selector] = (arn?.resource.replace(/^parameter/, '') ?? wanted).split(':');
  const parameters = parametersOf(world, place);
  // The ARN does not say whether the name itself begins with the slash.
  const parameter = own(parameters, path) ?? (arn ? own(parameters, path.replace(/^\//, '')) : undefined);
  if (!parameter) throw new AwsError('ParameterNotFound', '');
  const version =
    selector === undefined
      ? parameter.versions.at(-1)
      : parameter.versions.find(
          ({ version: number, labels }) => String(number) === selector || labels.includes(selector),
        );
  if (!version) {
    const what = /^\d+$/.test(selector ?? '') ? `version ${selector}` : `label ${selector}`;
    throw new AwsError(
      'ParameterVersionNotFound',
      `Systems Manager could not find ${what} of ${parameter.name}. Verify the version and try again.`,
    );
  }
  return { parameter, version, selector: selector === undefined ? undefined : `:${selector}` };
}

/** The error for a request that the API reference forbids. */
export function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
