import {
  CreateTaskSetCommand,
  DeleteTaskSetCommand,
  TagResourceCommand,
  UpdateServicePrimaryTaskSetCommand,
  UpdateTaskSetCommand,
} from '@aws-sdk/client-ecs';
import type { ServiceSpec } from '../../../api/service.ts';
import type { AwsContext } from '../../../aws/context.ts';
import { doing, isAbsent, wrapAws } from '../../../aws/errors.ts';
import type { Desired, Pass } from '../../../core/driver.ts';
import { WaitError } from '../../../core/errors.ts';
import { ensureRevision } from '../../../ecs/revisions.ts';
import { tagList } from '../../../ecs/tags.ts';
import { holdDigest } from '../hold.ts';
import type { ServiceLive } from '../live.ts';
import { revisionOf } from '../making.ts';
import { HOLD_TAG } from '../names.ts';
import { expectVerification, markVerified } from '../verification/index.ts';
import { setOf } from './look.ts';
import { ANSWERED, endedTag, lastTag, MARK, phaseTags } from './marks.ts';
import { taskSetRequest } from './requests.ts';
import { shiftRule } from '../rules.ts';
import type { Action, TaskSetState } from './state.ts';

/** How soon a rule that is not there is looked for again, in milliseconds. */
const RULE_WAIT_MS = 5_000;

type Tags = Readonly<Record<string, string>>;

/** Does one thing to AWS. */
export async function perform(
  aws: AwsContext,
  action: Action,
  desired: Desired<ServiceSpec>,
  live: ServiceLive,
  pass: Pass,
): Promise<void> {
  const abort = { abortSignal: pass.signal };
  switch (action.do) {
    case 'shift':
      return shift(aws, action, live, pass);
    case 'create': {
      await expectVerification(aws, desired, live, pass);
      const taskDefinition = await ensureRevision(aws, pass, revisionOf(aws, desired));
      const request = taskSetRequest(desired, live, { ...action, taskDefinition, content: holdDigest(desired, aws) });
      await doing(`CreateTaskSet in ${live.key.service}`, aws.ecs.send(new CreateTaskSetCommand(request), abort));
      return undefined;
    }
    case 'mark': {
      const { set, phase, traffic } = action;
      if (set.marks === undefined) return undefined;
      return tag(aws, arnOf(live, set), phaseTags(set.marks, set.createdAt, phase, pass.now, traffic), pass);
    }
    case 'promote':
      return promote(aws, action.set, live, pass);
    case 'end':
      return tag(aws, arnOf(live, action.set), endedTag(action.how, pass.now, action.cause), pass);
    case 'remember': {
      const held: Tags = action.hold ? { [HOLD_TAG]: holdDigest(desired, aws) } : {};
      return tag(
        aws,
        live.service.serviceArn ?? '',
        { ...lastTag(action.last), ...held, [MARK.restart]: ANSWERED },
        pass,
      );
    }
    case 'answer':
      return tag(aws, live.service.serviceArn ?? '', { [MARK.restart]: ANSWERED }, pass);
    case 'verified':
      return markVerified(aws, desired, live, pass);
    case 'scale': {
      const scale = { unit: 'PERCENT', value: action.percent } as const;
      const command = new UpdateTaskSetCommand({ ...live.key, taskSet: arnOf(live, action.set), scale });
      await doing(`UpdateTaskSet ${action.set.id}`, aws.ecs.send(command, abort));
      return undefined;
    }
    case 'delete':
      return remove(aws, action, live, pass);
  }
}

/** Gives a rule of the service other weights. @throws WaitError when the rule is not there */
export async function shift(
  aws: AwsContext,
  { rule, weights }: Extract<Action, { do: 'shift' }>,
  live: ServiceLive,
  pass: Pass,
): Promise<void> {
  const found = live.progressive?.[rule];
  if (found === undefined) throw new WaitError(`the ${rule} rule is not there yet`, RULE_WAIT_MS);
  await shiftRule(aws, found, weights, pass);
}

/** Makes a task set the PRIMARY one. */
export async function promote(aws: AwsContext, set: TaskSetState, live: ServiceLive, pass: Pass): Promise<void> {
  const command = new UpdateServicePrimaryTaskSetCommand({ ...live.key, primaryTaskSet: arnOf(live, set) });
  await doing(`UpdateServicePrimaryTaskSet ${set.id}`, aws.ecs.send(command, { abortSignal: pass.signal }));
}

/** Deletes a task set; one that is not there is fine. */
export async function remove(
  aws: AwsContext,
  { set, force }: Pick<Extract<Action, { do: 'delete' }>, 'set' | 'force'>,
  live: ServiceLive,
  pass: Pass,
): Promise<void> {
  const command = new DeleteTaskSetCommand({ ...live.key, taskSet: arnOf(live, set), force });
  try {
    await aws.ecs.send(command, { abortSignal: pass.signal });
  } catch (error) {
    if (!isAbsent(error)) throw wrapAws(error, `DeleteTaskSet ${set.id}`);
  }
}

/** Sets tags of a service or task set, all in one call. */
export async function tag(aws: AwsContext, resourceArn: string, tags: Tags, pass: Pass): Promise<void> {
  const command = new TagResourceCommand({ resourceArn, tags: tagList(tags) });
  await doing(`TagResource ${resourceArn}`, aws.ecs.send(command, { abortSignal: pass.signal }));
}

/** ARN of a live set. */
export function arnOf(live: ServiceLive, { id }: Pick<TaskSetState, 'id'>): string {
  return setOf(live, id)?.set.taskSetArn ?? id;
}
