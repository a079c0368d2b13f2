import {
  BatchGetDeploymentGroupsCommand,
  BatchGetDeploymentsCommand,
  BatchGetDeploymentTargetsCommand,
  type DeploymentGroupInfo,
  GetApplicationRevisionCommand,
  ListDeploymentsCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-codedeploy';
import { isAbsent, wrapAws } from '../errors.ts';
import { namesOfKey, READ, type StringMap } from '../reads.ts';
import { Kept } from './kept.ts';
import { absentIsUndefined, allPages, type Reader, singleReader } from './reader.ts';

/**
 * Readers of CodeDeploy. What a settled service has there hardly ever changes, and is kept for some minutes. Batch sizes:
 * https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_BatchGetDeploymentGroups.html,
 * https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_BatchGetDeployments.html
 */
export function codeDeployReaders(): readonly Reader[] {
  return [deploymentGroups(), activeDeployments, deployments, ecsTargets, appSpecs(), tags()];
}

/** How many groups, and how many lists of tags, are kept. */
const KEPT = 10_000;

/** What was read longer ago than this is read anew, in milliseconds. */
const MAX_AGE_MS = 300_000;

/** How many AppSpec files are kept. */
const KEPT_APP_SPECS = 1_000;

function deploymentGroups(): Reader {
  const kept = new Kept<DeploymentGroupInfo>(KEPT);
  return {
    type: READ.deploymentGroup,
    maxBatch: 100,
    group: (key) => namesOfKey(key)[0] ?? '',
    load: async (keys, { clients, abort, fresh, recheck, now }) => {
      const notBefore = now.getTime() - MAX_AGE_MS;
      const found = new Map<string, DeploymentGroupInfo>();
      for (const key of fresh || recheck ? [] : keys) {
        const known = kept.get(key, notBefore);
        if (known !== undefined) found.set(key, known);
      }
      const missing = keys.filter((key) => !found.has(key));
      const [applicationName = ''] = namesOfKey(missing[0] ?? '');
      if (missing.length === 0) return found;
      const deploymentGroupNames = missing.map((key) => namesOfKey(key)[1] ?? '');
      const command = new BatchGetDeploymentGroupsCommand({ applicationName, deploymentGroupNames });
      const answer = await absentIsUndefined(
        clients.rollouts().codeDeploy.send(command, abort),
        `BatchGetDeploymentGroups ${applicationName}`,
      );
      for (const group of answer?.deploymentGroupsInfo ?? []) {
        const key = missing.find((candidate) => namesOfKey(candidate)[1] === group.deploymentGroupName);
        if (key !== undefined) found.set(key, kept.keep(key, group, now.getTime()));
      }
      return found;
    },
  };
}

const activeDeployments: Reader = singleReader(READ.activeDeployments, 'ListDeployments', (key, { clients, abort }) => {
  const [applicationName, deploymentGroupName] = namesOfKey(key);
  return allPages(
    (nextToken) =>
      clients.rollouts().codeDeploy.send(
        new ListDeploymentsCommand({
          applicationName,
          deploymentGroupName,
          includeOnlyStatuses: ['Created', 'Queued', 'InProgress', 'Baking', 'Ready'],
          nextToken,
        }),
        abort,
      ),
    (page) => page.deployments,
    (page) => page.nextToken,
  );
});

const deployments: Reader = {
  type: READ.codeDeployment,
  maxBatch: 25,
  load: async (keys, { clients, abort }) => {
    const command = new BatchGetDeploymentsCommand({ deploymentIds: [...keys] });
    const answer = await absentIsUndefined(clients.rollouts().codeDeploy.send(command, abort), 'BatchGetDeployments');
    return new Map((answer?.deploymentsInfo ?? []).map((info) => [info.deploymentId ?? '', info]));
  },
};

/** The target of an ECS deployment is named `cluster:service`: API_BatchGetDeploymentTargets, targetIds. */
const ecsTargets: Reader = singleReader(
  READ.ecsTarget,
  'BatchGetDeploymentTargets',
  async (key, { clients, abort }) => {
    const [deploymentId, targetId = ''] = namesOfKey(key);
    const command = new BatchGetDeploymentTargetsCommand({ deploymentId, targetIds: [targetId] });
    try {
      const { deploymentTargets = [] } = await clients.rollouts().codeDeploy.send(command, abort);
      return deploymentTargets[0]?.ecsTarget;
    } catch (error) {
      // A deployment that was made this moment has none yet.
      if (error instanceof Error && error.name === 'DeploymentNotStartedException') return undefined;
      throw error;
    }
  },
);

function appSpecs(): Reader {
  const kept = new Kept<string>(KEPT_APP_SPECS);
  return singleReader(READ.appSpec, 'GetApplicationRevision', async (key, { clients, abort }) => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    const [applicationName, sha256] = namesOfKey(key);
    const revision = { revisionType: 'AppSpecContent', appSpecContent: { sha256 } } as const;
    const command = new GetApplicationRevisionCommand({ applicationName, revision });
    const answer = await clients.rollouts().codeDeploy.send(command, abort);
    const content = answer.revision?.appSpecContent?.content;
    return content === undefined ? undefined : kept.keep(key, content);
  });
}

function tags(): Reader {
  const kept = new Kept<StringMap>(KEPT);
  return {
    type: READ.codeDeployTags,
    maxBatch: 1,
    load: async ([arn = ''], { clients, abort, fresh, recheck, now }) => {
      const known = fresh || recheck ? undefined : kept.get(arn, now.getTime() - MAX_AGE_MS);
      if (known !== undefined) return new Map([[arn, known]]);
      try {
        const list = await allPages(
          (NextToken) =>
            clients.rollouts().codeDeploy.send(new ListTagsForResourceCommand({ ResourceArn: arn, NextToken }), abort),
          (page) => page.Tags,
          (page) => page.NextToken,
        );
        const map: StringMap = Object.fromEntries(list.map(({ Key = '', Value = '' }) => [Key, Value]));
        return new Map([[arn, kept.keep(arn, map, now.getTime())]]);
      } catch (error) {
        if (isAbsent(error)) return new Map();
        throw wrapAws(error, `ListTagsForResource ${arn}`);
      }
    },
  };
}
