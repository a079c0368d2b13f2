import type {
  CreateLogGroupCommandInput,
  DeleteLogGroupCommandInput,
  DeleteRetentionPolicyCommandInput,
  DescribeLogGroupsCommandInput,
  DescribeLogGroupsCommandOutput,
  PutRetentionPolicyCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import { own } from '../../kernel/own.ts';
import { pageOf } from '../../kernel/page.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import type { Scope, World } from '../../kernel/world.ts';
import { groupArn, groupOf, invalid, type LogGroup, logsOf } from './state.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const retentionDays: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Makes a log group. Throws ResourceAlreadyExistsException. */
export function addGroup(
  world: World,
  scope: Scope,
  group: Pick<LogGroup, 'name' | 'class' | 'kmsKeyId' | 'deletionProtected'>,
  tags: Readonly<Record<string, string>>,
): void {
  const { groups } = logsOf(world, scope);
  if (own(groups, group.name)) {
    throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
  }
  const createdAt = world.clock.now();
  groups[group.name] = { ...group, createdAt, streams: {} };
  const arn = groupArn(scope, group.name);
  world.resources.add({ ...scope, arn, type: 'logs:log-group', createdAt, tags: { ...tags } });
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html */
export function createLogGroup(input: CreateLogGroupCommandInput, { world, scope }: Call): object {
  const { logGroupName = '', logGroupClass = 'STANDARD', kmsKeyId, tags = {} } = input;
  if (logGroupName.startsWith('aws/')) throw invalid("Log groups starting with 'AWS/' are reserved for AWS.");
  const group = {
    name: logGroupName,
    class: logGroupClass,
    deletionProtected: input.deletionProtectionEnabled ?? false,
  };
  addGroup(world, scope, kmsKeyId === undefined ? group : { ...group, kmsKeyId }, tags);
  return {};
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogGroup.html */
export function deleteLogGroup({ logGroupName }: DeleteLogGroupCommandInput, { world, scope }: Call): object {
  const group = groupOf(world, scope, logGroupName);
  if (group.deletionProtected) {
    throw new AwsError('ValidationException', 'The log group has deletion protection enabled and cannot be deleted.');
  }
  delete logsOf(world, scope).groups[group.name];
  world.resources.remove(groupArn(scope, group.name));
  return {};
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html */
export function describeLogGroups(
  input: DescribeLogGroupsCommandInput,
  { world, scope }: Call,
): Omit<DescribeLogGroupsCommandOutput, '$metadata'> {
  const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern, logGroupIdentifiers: identifiers } = input;
  if (prefix !== undefined && pattern !== undefined) {
    throw invalid('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
  }
  const groups = Object.values(logsOf(world, scope).groups)
    .filter(({ name }) => prefix === undefined || name.startsWith(prefix))
    .filter(({ name }) => pattern === undefined || name.toLowerCase().includes(pattern.toLowerCase()))
    .filter(({ class: groupClass }) => input.logGroupClass === undefined || groupClass === input.logGroupClass)
    .filter(
      ({ name }) => !identifiers?.length || identifiers.includes(name) || identifiers.includes(groupArn(scope, name)),
    )
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const page = pageOf(groups, input.limit ?? 50, input.nextToken, ({ name }) => name);
  if (!page) throw invalid('The specified nextToken is invalid.');
  return { logGroups: page.items.map((group) => described(group, scope)), nextToken: page.next };
}

function described(group: LogGroup, scope: Scope) {
  const logGroupArn = groupArn(scope, group.name);
  return {
    logGroupName: group.name,
    logGroupArn,
    arn: `${logGroupArn}:*`,
    creationTime: group.createdAt,
    retentionInDays: group.retentionInDays,
    kmsKeyId: group.kmsKeyId,
    logGroupClass: group.class as 'STANDARD',
    deletionProtectionEnabled: group.deletionProtected,
    metricFilterCount: 0,
    storedBytes: Object.values(group.streams)
      .flatMap((stream) => stream.events)
      .reduce((bytes, { message }) => bytes + Buffer.byteLength(message) + 26, 0),
  };
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
export function putRetentionPolicy(input: PutRetentionPolicyCommandInput, { world, scope }: Call): object {
  const { logGroupName, retentionInDays = 0 } = input;
  if (!retentionDays.includes(retentionInDays)) {
    throw invalid(
      `1 validation error detected: Value '${retentionInDays}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${retentionDays.join(', ')}]`,
    );
  }
  groupOf(world, scope, logGroupName).retentionInDays = retentionInDays;
  return {};
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteRetentionPolicy.html */
export function deleteRetentionPolicy(
  { logGroupName }: DeleteRetentionPolicyCommandInput,
  { world, scope }: Call,
): object {
  delete groupOf(world, scope, logGroupName).retentionInDays;
  return {};
}
