import type { PutParameterCommandInput, PutParameterCommandOutput, Tag } from '@aws-sdk/client-ssm';
import { own } from '../../kernel/own.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import { emitParameterChange } from './events.ts';
import { invalid, type Parameter, type ParameterVersion, parameterArn, parametersOf } from './state.ts';

/** "Parameter Store retains 100 versions of a parameter." */
const keptVersions = 100;

/** Most characters of a value, by tier. */
const longest: Readonly<Record<string, number>> = { Standard: 4096, Advanced: 8192 };

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html */
export function putParameter(
  input: PutParameterCommandInput,
  { world, scope, now, principal }: Call,
): Omit<PutParameterCommandOutput, '$metadata'> {
  const { Name: name = '', Value: value = '', Tags: tags = [] } = input;
  const parameters = parametersOf(world, scope);
  const existing = own(parameters, name);
  checkName(name);
  if (existing) checkOverwrite(existing, input);
  const type = input.Type ?? existing?.type;
  if (type === undefined) throw invalid('A parameter type is required when you create a parameter.');
  const tier = tierOf(input, existing);
  checkValue(value, tier, input.AllowedPattern);

  const last = existing?.versions.at(-1);
  const keyId = type === 'SecureString' ? (input.KeyId ?? last?.keyId ?? 'alias/aws/ssm') : undefined;
  const version: ParameterVersion = {
    version: (last?.version ?? 0) + 1,
    value,
    modifiedAt: now,
    modifiedBy: principal,
    tier,
    labels: [],
    ...(input.Description !== undefined && { description: input.Description }),
    ...(input.AllowedPattern !== undefined && { allowedPattern: input.AllowedPattern }),
    ...(keyId !== undefined && { keyId }),
  };
  if (existing) existing.versions = withRoom(existing);
  const parameter = existing ?? {
    name,
    arn: parameterArn(scope, name),
    type,
    dataType: input.DataType ?? 'text',
    versions: [],
  };
  parameter.versions.push(version);
  if (!existing) {
    parameters[name] = parameter;
    world.resources.add({
      ...scope,
      arn: parameter.arn,
      type: 'ssm:parameter',
      createdAt: now,
      tags: tagsOf(tags),
    });
  }
  emitParameterChange(world, scope, parameter, existing ? 'Update' : 'Create');
  return { Version: version.version, Tier: tier as 'Standard' };
}

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html */
function checkName(name: string): void {
  if (/^\/?(aws|ssm)/i.test(name)) {
    const reserved = name.startsWith('/') ? '/aws or /ssm' : '"aws" or "ssm"';
    throw invalid(`Parameter name: can't be prefixed with ${reserved} (case-insensitive).`);
  }
  if (!/^[a-zA-Z0-9_.\-/]+$/.test(name)) {
    throw invalid(
      "Parameter name: can't contain spaces; only a mix of letters, numbers and the following 3 symbols .-_ and the path delimiter / are allowed.",
    );
  }
  if (name.includes('/') && !name.startsWith('/')) {
    throw invalid('Parameter name must be a fully qualified name: a name with a path begins with a forward slash.');
  }
  if (name.split('/').length - 1 > 15) {
    throw new AwsError('HierarchyLevelLimitExceededException', 'A hierarchy can have a maximum of 15 levels.');
  }
}

function checkOverwrite(existing: Parameter, input: PutParameterCommandInput): void {
  if (!input.Overwrite) {
    throw new AwsError(
      'ParameterAlreadyExists',
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    );
  }
  if (input.Tags?.length) {
    throw invalid(
      "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
    );
  }
  if (input.Type !== undefined && input.Type !== existing.type) {
    throw new AwsError(
      'HierarchyTypeMismatchException',
      "Parameter Store doesn't support changing a parameter type in a hierarchy. You must create a new, unique parameter.",
    );
  }
}

/** Intelligent-Tiering takes the advanced tier when the value needs it; an advanced parameter never goes back. */
function tierOf({ Tier, Value = '' }: PutParameterCommandInput, existing: Parameter | undefined): string {
  const before = existing?.versions.at(-1)?.tier;
  if (before === 'Advanced') {
    if (Tier === 'Standard') {
      throw invalid(
        "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier.",
      );
    }
    return before;
  }
  if (Tier === 'Intelligent-Tiering') return Value.length > (longest['Standard'] ?? 0) ? 'Advanced' : 'Standard';
  return Tier ?? 'Standard';
}

function checkValue(value: string, tier: string, allowedPattern: string | undefined): void {
  const limit = longest[tier] ?? 0;
  if (value.length > limit) {
    const advice =
      tier === 'Standard'
        ? ' To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier.'
        : '';
    throw invalid(`${tier} tier parameters support a maximum parameter value of ${limit} characters.${advice}`);
  }
  if (allowedPattern === undefined || allowedPattern === '') return;
  if (!patternOf(allowedPattern).test(value)) {
    throw new AwsError(
      'ParameterPatternMismatchException',
      `Parameter value, cannot be validated against allowedPattern: ${allowedPattern}`,
    );
  }
}

function patternOf(pattern: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch {
    throw new AwsError(
      'InvalidAllowedPatternException',
      'The request does not meet the regular expression requirement.',
    );
  }
}

/** The versions that stay when one more comes. A labelled oldest version blocks: it would be lost with its label. */
function withRoom({ name, versions }: Parameter): ParameterVersion[] {
  if (versions.length < keptVersions) return versions;
  const [oldest, ...others] = versions;
  if (oldest && oldest.labels.length > 0) {
    throw new AwsError(
      'ParameterMaxVersionLimitExceeded',
      `You attempted to create a new version of ${name} by calling the PutParameter API with the overwrite flag. Version ${oldest.version}, the oldest version, can't be deleted because it has a label associated with it. Move the label to another version of the parameter, and try again.`,
    );
  }
  return others;
}

/** Tags as the registry keeps them. */
export function tagsOf(tags: readonly Tag[]): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}
