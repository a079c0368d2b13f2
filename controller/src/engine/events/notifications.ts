import { parameterArn } from './calls/secrets.ts';
import { serviceOfDeploymentArn, serviceOfTaskDetail } from './calls/ecs.ts';
import type { Envelope } from './envelope.ts';
import { text } from './fields.ts';
import { arnIn, isArn, resourceOf } from './place.ts';

/** An event that a service sends by itself, without CloudTrail. */
export interface NotificationSource {
  /** `source` of the envelope. */
  readonly source: string;
  /** What each `detail-type` is about: ARNs, or names where AWS gives no ARN. */
  readonly about: Readonly<Record<string, (event: Envelope) => readonly string[]>>;
}

/**
 * The events that are heard of. "ECS Container Instance State Change" is not: Longshore keeps no instances.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_cwe_events.html,
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-cloudwatch-events.html,
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-eventbridge-events.html
 */
export const NOTIFICATIONS: Readonly<Record<string, NotificationSource>> = {
  ecs: {
    source: 'aws.ecs',
    about: {
      'ECS Task State Change': (event) => [...event.resources, ...serviceOfTaskDetail(event.detail)],
      'ECS Service Action': deploymentsAndServices,
      'ECS Deployment State Change': deploymentsAndServices,
      'ECS Hook State Change': deploymentsAndServices,
    },
  },
  codedeploy: {
    source: 'aws.codedeploy',
    about: { 'CodeDeploy Deployment State-change Notification': deploymentGroup },
  },
  parameters: {
    source: 'aws.ssm',
    about: { 'Parameter Store Change': parameter },
  },
};

/** What an event is about, each object once; undefined when it is of a kind that is not known. */
export function objectsOfNotification(event: Envelope): readonly string[] | undefined {
  const source = Object.values(NOTIFICATIONS).find((each) => each.source === event.source);
  if (source === undefined || !Object.hasOwn(source.about, event.detailType)) return undefined;
  return [...new Set(source.about[event.detailType]?.(event))];
}

/** Services and service deployments, wherever the event names them; the service of each deployment as well. */
function deploymentsAndServices({ resources, detail }: Envelope): readonly string[] {
  const named = [...resources, text(detail, 'serviceArn'), text(detail, 'serviceDeploymentArn')].filter(
    (arn): arn is string => arn !== undefined && isArn(arn),
  );
  const relevant = named.filter((arn) => /^service(-deployment)?\//u.test(resourceOf(arn)));
  return relevant.flatMap((arn) => [arn, ...serviceOfDeploymentArn(arn)]);
}

function deploymentGroup(event: Envelope): readonly string[] {
  const { detail } = event;
  const application = text(detail, 'application');
  const group = text(detail, 'deploymentGroup');
  const id = text(detail, 'deploymentId');
  return [
    ...(application === undefined || group === undefined
      ? []
      : [
          arnIn(
            { accountId: event.accountId, region: event.region },
            'codedeploy',
            `deploymentgroup:${application}/${group}`,
          ),
        ]),
    ...(id === undefined ? [] : [id]),
  ];
}

function parameter(event: Envelope): readonly string[] {
  const name = text(event.detail, 'name');
  if (event.resources.length > 0 || name === undefined) return event.resources;
  return [parameterArn({ accountId: event.accountId, region: event.region }, name)];
}
