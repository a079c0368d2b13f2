import type {
  AutoRollbackEvent,
  CreateDeploymentGroupCommandInput,
  DeploymentGroupInfo,
} from '@aws-sdk/client-codedeploy';
import type { CodeDeployDeployment, CodeDeployListener, ReadyWait } from '../../../api/deployment.ts';
import type { ServiceSpec } from '../../../api/service.ts';
import { diffTrees } from '../../../core/diff.ts';
import type { Change, Desired } from '../../../core/driver.ts';
import { TerminalError, WaitError } from '../../../core/errors.ts';
import type { JsonObject } from '../../../core/json.ts';
import { objectOf, sorted } from '../../../ecs/tree.ts';
import { routeOfListener } from '../../../elbv2/routes.ts';
import { serviceName } from '../names.ts';
import { type Pair, pairOf } from '../pair.ts';
import { configInWords, configNameOf, groupKeyOf, PART } from './names.ts';
import { MAX_WAIT_MINUTES, renderedWait, waitMinutes } from './readywait.ts';

type Want = Desired<ServiceSpec>;

/** How long until something that the group needs is looked for again, in milliseconds. */
const NEEDS_WAIT_MS = 5_000;

/** The settings of the manifest. @throws TerminalError for a manifest of another strategy */
export function settingsOf({ id, spec }: Want): CodeDeployDeployment {
  const settings = spec.deployment?.codeDeploy;
  if (settings === undefined) throw new TerminalError('CodeDeploy', `${id}: deployment.codeDeploy is missing`);
  return settings;
}

/** When CodeDeploy rolls back by itself. */
function rollbackEvents({ spec: { deployment } }: Want): readonly AutoRollbackEvent[] {
  const alarms = deployment?.alarms === undefined ? [] : (['DEPLOYMENT_STOP_ON_ALARM'] as const);
  return deployment?.codeDeploy?.autoRollback ?? ['DEPLOYMENT_FAILURE', ...alarms];
}

/** The pair of target groups. @throws WaitError while it is not there */
export function neededPair(desired: Want): Pair {
  const pair = pairOf(desired);
  if (pair !== undefined) return pair;
  const name = desired.spec.loadBalancers?.[0]?.targetGroup;
  throw name === undefined
    ? new TerminalError(
        'LoadBalancers',
        `${desired.id}: CodeDeploy needs a TargetGroup of this Application with blueGreen`,
      )
    : new WaitError(`TargetGroup/${name} has no pair yet (blueGreen: true)`, NEEDS_WAIT_MS);
}

/** What CreateDeploymentGroup and UpdateDeploymentGroup are asked for. @throws WaitError while a listener is not there */
export function groupRequest(desired: Want, cluster: string): CreateDeploymentGroupCommandInput {
  const settings = settingsOf(desired);
  const { application, group } = groupKeyOf(desired);
  const pair = neededPair(desired);
  const { names = [] } = desired.spec.deployment?.alarms ?? {};
  const events = rollbackEvents(desired);
  return {
    applicationName: application,
    deploymentGroupName: group,
    deploymentConfigName: configNameOf(desired),
    serviceRoleArn: settings.serviceRole,
    ecsServices: [{ clusterName: nameIn(cluster), serviceName: serviceName(desired) }],
    deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
    blueGreenDeploymentConfiguration: {
      deploymentReadyOption: renderedWait(settings.readyWait),
      terminateBlueInstancesOnDeploymentSuccess: {
        action: 'TERMINATE',
        terminationWaitTimeInMinutes: settings.terminateBlueAfterMinutes ?? 0,
      },
    },
    loadBalancerInfo: {
      targetGroupPairInfoList: [
        {
          targetGroups: [{ name: targetGroupName(pair.primary) }, { name: targetGroupName(pair.alternate) }],
          prodTrafficRoute: { listenerArns: [listenerArn(desired, settings.productionListener)] },
          ...(settings.testListener === undefined
            ? {}
            : { testTrafficRoute: { listenerArns: [listenerArn(desired, settings.testListener)] } }),
        },
      ],
    },
    autoRollbackConfiguration: { enabled: events.length > 0, events: [...events] },
    alarmConfiguration: {
      enabled: names.length > 0,
      ignorePollAlarmFailure: false,
      alarms: names.map((name) => ({ name })),
    },
  };
}

function listenerArn(desired: Want, reference: CodeDeployListener): string {
  const { arn, words } = routeOfListener(reference, desired.needs);
  if (arn === undefined) throw new WaitError(`the listener of ${words} is not there yet`, NEEDS_WAIT_MS);
  return arn;
}

/** `targetgroup/<name>/<id>` in an ARN. */
function targetGroupName(arn: string): string {
  return arn.split('/').at(-2) ?? arn;
}

function nameIn(clusterArn: string): string {
  return clusterArn.split('/').at(-1) ?? clusterArn;
}

/** What differs between the group and the manifest, field by field. A group that is not there is one change. */
export function groupChanges(desired: Want, live: DeploymentGroupInfo | undefined): readonly Change[] {
  const wanted = wantedGroup(desired);
  if (live === undefined) {
    return [{ part: PART.group, path: '/deployment/codeDeploy', to: wanted['codeDeploy'] ?? {}, effect: 'inPlace' }];
  }
  return diffTrees(
    PART.group,
    { deployment: liveGroup(live, desired) },
    { deployment: wanted },
    {
      sets: ['/deployment/alarms/names', '/deployment/codeDeploy/autoRollback', '/deployment/codeDeploy/targetGroups'],
      unknown: desired.unknown,
    },
  );
}

/** Canonical form of what Git says of the group. */
function wantedGroup(desired: Want): JsonObject {
  const settings = settingsOf(desired);
  const names = sorted(desired.spec.deployment?.alarms?.names ?? []);
  const listener = (reference: CodeDeployListener | undefined): string | undefined => {
    const route = reference && routeOfListener(reference, desired.needs);
    return route && (route.arn ?? route.words);
  };
  const { canary, linear, config } = settings;
  return objectOf({
    codeDeploy: {
      serviceRole: settings.serviceRole,
      ...(canary === undefined && linear === undefined
        ? { config: config ?? 'CodeDeployDefault.ECSAllAtOnce' }
        : { canary, linear }),
      productionListener: listener(settings.productionListener),
      testListener: listener(settings.testListener),
      readyWait: settings.readyWait && wantedWait(settings.readyWait),
      terminateBlueAfterMinutes: settings.terminateBlueAfterMinutes ?? 0,
      autoRollback: rollbackEvents(desired),
    },
    alarms: names.length === 0 ? undefined : { names },
  });
}

function wantedWait({ minutes, then = 'Continue' }: ReadyWait): JsonObject {
  return { minutes, then };
}

/** Canonical form of the live group, in the words of the manifest where they mean the same. */
function liveGroup(live: DeploymentGroupInfo, desired: Want): JsonObject {
  const pair = live.loadBalancerInfo?.targetGroupPairInfoList?.[0];
  const { deploymentReadyOption, terminateBlueInstancesOnDeploymentSuccess: blue } =
    live.blueGreenDeploymentConfiguration ?? {};
  const style = live.deploymentStyle;
  const usual = style?.deploymentType === 'BLUE_GREEN' && style.deploymentOption === 'WITH_TRAFFIC_CONTROL';
  const alarms = live.alarmConfiguration;
  const names = sorted(objectOf({ names: alarms?.alarms?.map(({ name }) => name ?? '') })['names']);
  const [service] = live.ecsServices ?? [];
  return objectOf({
    codeDeploy: {
      serviceRole: live.serviceRoleArn,
      ...configInWords(live.deploymentConfigName ?? '', desired),
      productionListener: pair?.prodTrafficRoute?.listenerArns?.join(' '),
      testListener: pair?.testTrafficRoute?.listenerArns?.join(' '),
      readyWait: liveWait(deploymentReadyOption, desired),
      terminateBlueAfterMinutes: blue?.action === 'KEEP_ALIVE' ? 'never' : (blue?.terminationWaitTimeInMinutes ?? 0),
      autoRollback: live.autoRollbackConfiguration?.enabled === true ? live.autoRollbackConfiguration.events : [],
      ...(usual ? {} : { deploymentStyle: style }),
      ...(service?.serviceName === serviceName(desired) ? {} : { ecsService: service?.serviceName ?? 'none' }),
      ...strayTargetGroups(
        pair?.targetGroups?.map(({ name }) => name ?? ''),
        desired,
      ),
    },
    alarms:
      names.length === 0 && alarms?.enabled !== true
        ? undefined
        : {
            names,
            ...(alarms?.enabled === false ? { enabled: false } : {}),
            ...(alarms?.ignorePollAlarmFailure === true ? { ignorePollAlarmFailure: true } : {}),
          },
  });
}

/** `then` is ours to know: to CodeDeploy Continue, Stop and Manual are one, with another number of minutes. */
function liveWait(
  live: { readonly actionOnTimeout?: string | undefined; readonly waitTimeInMinutes?: number | undefined } | undefined,
  desired: Want,
): JsonObject | undefined {
  if (live?.actionOnTimeout !== 'STOP_DEPLOYMENT') return undefined;
  const wanted = desired.spec.deployment?.codeDeploy?.readyWait;
  if (wanted !== undefined && waitMinutes(wanted) === live.waitTimeInMinutes) return wantedWait(wanted);
  return { minutes: Math.min(live.waitTimeInMinutes ?? 0, MAX_WAIT_MINUTES), then: 'Stop' };
}

function strayTargetGroups(live: readonly string[] | undefined, desired: Want): JsonObject {
  const pair = pairOf(desired);
  if (pair === undefined) return {};
  const wanted = [pair.primary, pair.alternate].map(targetGroupName).toSorted();
  const same = [...(live ?? [])].toSorted().join(' ') === wanted.join(' ');
  return same ? {} : { targetGroups: live ?? [] };
}
