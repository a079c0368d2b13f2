import { createHash } from 'node:crypto';
import type {
  GetParameterCommandInput,
  GetParameterHistoryCommandInput,
  GetParametersByPathCommandInput,
  GetParametersCommandInput,
  ParameterType,
} from '@aws-sdk/client-ssm';
import { pageOf } from '../../kernel/page.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import { matchesAll } from './filters.ts';
import { invalid, type Parameter, type ParameterVersion, parametersOf, select, type Selected } from './state.ts';

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html */
export function getParameter({ Name = '', WithDecryption }: GetParameterCommandInput, { world, scope }: Call): object {
  return { Parameter: shown(select(world, scope, Name), WithDecryption) };
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html */
export function getParameters(
  { Names = [], WithDecryption }: GetParametersCommandInput,
  { world, scope }: Call,
): object {
  const Parameters: object[] = [];
  const InvalidParameters: string[] = [];
  for (const name of new Set(Names)) {
    try {
      Parameters.push(shown(select(world, scope, name), WithDecryption));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      InvalidParameters.push(name);
    }
  }
  return { Parameters, InvalidParameters };
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html */
export function getParametersByPath(input: GetParametersByPathCommandInput, { world, scope }: Call): object {
  const path = input.Path ?? '';
  if (!path.startsWith('/')) {
    throw invalid(
      'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/".',
    );
  }
  const under = path.endsWith('/') ? path : `${path}/`;
  const found = Object.values(parametersOf(world, scope))
    .filter(({ name }) => name.startsWith(under) && (input.Recursive || !name.slice(under.length).includes('/')))
    .filter((parameter) => matchesAll(parameter, input.ParameterFilters ?? [], world))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const page = pageOf(found, input.MaxResults ?? 10, input.NextToken, ({ name }) => name);
  if (!page) throw new AwsError('InvalidNextToken', 'The specified token is not valid.');
  const Parameters = page.items.map(({ name }) => shown(select(world, scope, name), input.WithDecryption));
  return { Parameters, NextToken: page.next };
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameterHistory.html */
export function getParameterHistory(input: GetParameterHistoryCommandInput, { world, scope }: Call): object {
  const { parameter } = select(world, scope, input.Name ?? '');
  const page = pageOf(parameter.versions, input.MaxResults ?? 50, input.NextToken, ({ version }) => String(version));
  if (!page) throw new AwsError('InvalidNextToken', 'The specified token is not valid.');
  const Parameters = page.items.map((version) => ({
    Name: parameter.name,
    Type: parameter.type as ParameterType,
    KeyId: version.keyId,
    LastModifiedDate: new Date(version.modifiedAt),
    LastModifiedUser: version.modifiedBy,
    Description: version.description,
    Value: valueOf(parameter, version, input.WithDecryption),
    AllowedPattern: version.allowedPattern,
    Version: version.version,
    Labels: [...version.labels],
    Tier: version.tier,
    Policies: [],
    DataType: parameter.dataType,
  }));
  return { Parameters, NextToken: page.next };
}

function shown({ parameter, version, selector }: Selected, decrypt: boolean | undefined): object {
  return {
    Name: parameter.name,
    Type: parameter.type,
    Value: valueOf(parameter, version, decrypt),
    Version: version.version,
    Selector: selector,
    LastModifiedDate: new Date(version.modifiedAt),
    ARN: parameter.arn,
    DataType: parameter.dataType,
  };
}

/** A SecureString without decryption is ciphertext; here it is a digest in the form of one, from which nothing is read. */
function valueOf({ type, arn }: Parameter, { value, version }: ParameterVersion, decrypt: boolean | undefined): string {
  if (type !== 'SecureString' || decrypt) return value;
  const digest = createHash('sha512').update(`${arn}:${version}:${value}`).digest('base64');
  return `AQICAH${digest.replaceAll('=', '')}`;
}
