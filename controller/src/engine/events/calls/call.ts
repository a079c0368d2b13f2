import type { JsonObject } from '../../../core/json.ts';
import type { Place } from '../place.ts';

/** A call of an AWS API that changed something, as CloudTrail tells of it. */
export interface ApiCall {
  readonly place: Place;
  /** `UpdateService`. */
  readonly name: string;
  /** `requestParameters`. */
  readonly request: JsonObject;
  /** `responseElements`; empty for calls whose answer says nothing. */
  readonly response: JsonObject;
}

/** What sort of thing an object is. `any`: a call that takes the ARN of whatever it is, such as TagResource. */
export type ObjectType =
  | 'any'
  | 'ecs:service'
  | 'ecs:task'
  | 'ecs:task-definition'
  | 'ecs:cluster'
  | 'ecs:capacity-provider'
  | 'ecs:daemon'
  | 'ecs:daemon-task-definition'
  | 'ecs:gateway'
  | 'ecs:service-deployment'
  | 'elbv2:load-balancer'
  | 'elbv2:listener'
  | 'elbv2:listener-rule'
  | 'elbv2:target-group'
  | 'elbv2:trust-store'
  | 'autoscaling:scalable-target'
  | 'codedeploy:application'
  | 'codedeploy:deployment-group'
  | 'codedeploy:deployment'
  | 'ssm:parameter'
  | 'secretsmanager:secret'
  | 'iam:role'
  | 'route53:hosted-zone';

/** Something that calls are about, and how its ARNs (or names, where AWS gives no ARN) are found in one. */
export interface Touched {
  readonly type: ObjectType;
  read(call: ApiCall): readonly string[];
}

/** Of each operation of an API that changes something, what it touches. Empty: nothing that Longshore could keep. */
export type CallTable = Readonly<Record<string, readonly Touched[]>>;

/** The calls of one API, and how CloudTrail and EventBridge name it. */
export interface CallSource {
  /** `source` of EventBridge's envelope: `aws.ecs`. */
  readonly source: string;
  /** `eventSource` of CloudTrail's record: `ecs.amazonaws.com`. */
  readonly eventSource: string;
  readonly table: CallTable;
}

/** Nothing that Longshore keeps. */
export const NOTHING: readonly Touched[] = [];
