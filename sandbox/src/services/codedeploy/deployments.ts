import type {
  BatchGetDeploymentsInput,
  GetDeploymentInput,
  ListDeploymentsInput,
  TimeRange,
} from '@aws-sdk/client-codedeploy';
import { own } from '../../kernel/own.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import { applicationOf, deploymentOf, groupOf } from './lookup.ts';
import { batch, page } from './pages.ts';
import { codeDeployState } from './state.ts';
import { deploymentInfo } from './views.ts';

/** "The maximum number of deployment IDs you can specify is 25." API_BatchGetDeployments. */
const batchSize = 25;

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_GetDeployment.html */
export function getDeployment(input: GetDeploymentInput, { world, scope }: Call): object {
  return { deploymentInfo: deploymentInfo(deploymentOf(world, scope, input.deploymentId)) };
}

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_BatchGetDeployments.html: those that are there. */
export function batchGetDeployments(input: BatchGetDeploymentsInput, { world, scope }: Call): object {
  const { deployments } = codeDeployState(world, scope);
  const found = batch(input.deploymentIds, 'DeploymentIdRequiredException', batchSize).flatMap(
    (id) => own(deployments, id) ?? [],
  );
  return { deploymentsInfo: found.map(deploymentInfo) };
}

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_ListDeployments.html, the newest first. */
export function listDeployments(input: ListDeploymentsInput, { world, scope }: Call): object {
  if (input.applicationName === undefined && input.deploymentGroupName !== undefined) {
    throw new AwsError('ApplicationNameRequiredException', 'Application name is missing');
  }
  const groupId =
    input.applicationName === undefined
      ? undefined
      : groupOf(applicationOf(world, scope, input.applicationName), input.deploymentGroupName).id;
  const [from, to] = checkedRange(input.createTimeRange);
  const found = Object.values(codeDeployState(world, scope).deployments).filter(
    (deployment) =>
      (groupId === undefined || deployment.groupId === groupId) &&
      (!input.includeOnlyStatuses?.length || input.includeOnlyStatuses.includes(deployment.status)) &&
      deployment.createdAt >= from &&
      deployment.createdAt <= to,
  );
  // Nothing here is linked to a resource elsewhere.
  const listed = input.externalId === undefined ? found : [];
  const { texts, ...more } = page(listed.map(({ id }) => id).toReversed(), input.nextToken);
  return { deployments: texts, ...more };
}

function checkedRange(range: TimeRange | undefined): [from: number, to: number] {
  const from = range?.start?.getTime() ?? Number.NEGATIVE_INFINITY;
  const to = range?.end?.getTime() ?? Number.POSITIVE_INFINITY;
  if (from > to) throw new AwsError('InvalidTimeRangeException', 'The start of the time range is after its end');
  return [from, to];
}
