import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  BatchGetDeploymentsCommand,
  GetDeploymentGroupCommand,
  ListApplicationsCommand,
  ListDeploymentConfigsCommand,
  ListDeploymentGroupsCommand,
  ListDeploymentsCommand,
} from '@aws-sdk/client-codedeploy';
import type { AwsContext } from '../../src/aws/context.ts';
import { isObject, type Json } from '../../src/core/json.ts';
import { rolloutClients } from '../../src/aws/rollout-clients.ts';
import type { AccountObject } from './account.ts';

/** What CodeDeploy has: applications, groups, configurations of our own, and every deployment that there ever was. */
export async function codeDeployObjects(aws: AwsContext): Promise<readonly AccountObject[]> {
  const { codeDeploy } = rolloutClients(aws);
  const { applications = [] } = await codeDeploy.send(new ListApplicationsCommand({}));
  const { deploymentConfigsList = [] } = await codeDeploy.send(new ListDeploymentConfigsCommand({}));
  const { deployments = [] } = await codeDeploy.send(new ListDeploymentsCommand({}));
  const { deploymentsInfo = [] } =
    deployments.length === 0
      ? {}
      : await codeDeploy.send(new BatchGetDeploymentsCommand({ deploymentIds: deployments }));
  const groups = await Promise.all(
    applications.map(async (applicationName) => {
      const { deploymentGroups = [] } = await codeDeploy.send(new ListDeploymentGroupsCommand({ applicationName }));
      return Promise.all(
        deploymentGroups.map(async (deploymentGroupName) => {
          const get = new GetDeploymentGroupCommand({ applicationName, deploymentGroupName });
          const { deploymentGroupInfo = {} } = await codeDeploy.send(get);
          return object(
            'codedeploy:deployment-group',
            `${applicationName}/${deploymentGroupName}`,
            deploymentGroupInfo,
          );
        }),
      );
    }),
  );
  return [
    ...applications.map((name) => object('codedeploy:application', name)),
    ...deploymentConfigsList
      .filter((name) => !name.startsWith('CodeDeployDefault.'))
      .map((name) => object('codedeploy:deployment-config', name)),
    ...groups.flat(),
    ...deploymentsInfo.map(({ deploymentId = '', status, creator, errorInformation }) =>
      object('codedeploy:deployment', deploymentId, {
        status,
        creator,
        code: errorInformation?.code,
      }),
    ),
  ];
}

/** Task sets that there ever were, also those that are gone, as the event history of CloudTrail has them. */
export async function madeTaskSets({ settings }: AwsContext): Promise<readonly AccountObject[]> {
  const trail = new CloudTrailClient(settings.config);
  const ids = new Set<string>();
  let NextToken: string | undefined;
  do {
    const page = await trail.send(
      new LookupEventsCommand({
        LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'CreateTaskSet' }],
        NextToken,
      }),
    );
    for (const { CloudTrailEvent = '{}' } of page.Events ?? []) {
      const id = taskSetId(JSON.parse(CloudTrailEvent) as Json);
      if (id !== undefined) ids.add(id);
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  trail.destroy();
  return [...ids].map(() => object('ecs:task-set-made', 'ecs-svc/id'));
}

function taskSetId(event: Json): string | undefined {
  const answer = isObject(event) ? event['responseElements'] : undefined;
  const set = isObject(answer) ? answer['taskSet'] : undefined;
  const id = isObject(set) ? set['id'] : undefined;
  return typeof id === 'string' ? id : undefined;
}

function object(type: string, id: string, state: object = {}): AccountObject {
  return { type, id, tags: {}, state };
}
