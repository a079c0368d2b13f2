import type {
  DeleteParameterCommandInput,
  DeleteParametersCommandInput,
  DescribeParametersCommandInput,
} from '@aws-sdk/client-ssm';
import { own } from '../../kernel/own.ts';
import { pageOf } from '../../kernel/page.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import { emitParameterChange } from './events.ts';
import { matchesAll } from './filters.ts';
import { parametersOf } from './state.ts';

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html */
export function describeParameters(input: DescribeParametersCommandInput, { world, scope }: Call): object {
  // `Filters` is the older form of `ParameterFilters`: a value is what the field begins with.
  const older = (input.Filters ?? []).map(({ Key, Values }) => ({ Key, Option: 'BeginsWith', Values }));
  const found = Object.values(parametersOf(world, scope))
    .filter((parameter) => matchesAll(parameter, [...older, ...(input.ParameterFilters ?? [])], world))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const page = pageOf(found, input.MaxResults ?? 50, input.NextToken, ({ name }) => name);
  if (!page) throw new AwsError('InvalidNextToken', 'The specified token is not valid.');
  const Parameters = page.items.map((parameter) => {
    const latest = parameter.versions.at(-1);
    return {
      Name: parameter.name,
      ARN: parameter.arn,
      Type: parameter.type,
      KeyId: latest?.keyId,
      LastModifiedDate: latest && new Date(latest.modifiedAt),
      LastModifiedUser: latest?.modifiedBy,
      Description: latest?.description,
      AllowedPattern: latest?.allowedPattern,
      Version: latest?.version,
      Tier: latest?.tier,
      Policies: [],
      DataType: parameter.dataType,
    };
  });
  return { Parameters, NextToken: page.next };
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameter.html */
export function deleteParameter({ Name = '' }: DeleteParameterCommandInput, call: Call): object {
  if (!remove(Name, call)) throw new AwsError('ParameterNotFound', '');
  return {};
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameters.html */
export function deleteParameters({ Names = [] }: DeleteParametersCommandInput, call: Call): object {
  const DeletedParameters = Names.filter((name) => remove(name, call));
  return { DeletedParameters, InvalidParameters: Names.filter((name) => !DeletedParameters.includes(name)) };
}

function remove(name: string, { world, scope }: Call): boolean {
  const parameters = parametersOf(world, scope);
  const parameter = own(parameters, name);
  if (!parameter) return false;
  delete parameters[name];
  world.resources.remove(parameter.arn);
  emitParameterChange(world, scope, parameter, 'Delete');
  return true;
}
