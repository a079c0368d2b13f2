import { TagResourceCommand as TagScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling';
import { TagResourceCommand as TagDeploymentsCommand } from '@aws-sdk/client-codedeploy';
import { TagResourceCommand } from '@aws-sdk/client-ecs';
import { AddTagsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Part, Pass } from '../core/driver.ts';
import { TerminalError } from '../core/errors.ts';
import type { AwsContext } from './context.ts';
import { doing } from './errors.ts';
import { readActiveRevisions, readCodeDeployTags, readScalableTarget, readTaskDefinition } from './reads.ts';
import { rolloutClients } from './rollout-clients.ts';

/**
 * Sets one tag on a part that carries another value of it, whatever kind of object it is. A task definition stands for all
 * ACTIVE revisions of its family with that value: they are the history of one resource.
 */
export async function retag(aws: AwsContext, pass: Pass, part: Part, key: string, value: string): Promise<void> {
  const abort = { abortSignal: pass.signal };
  const { id, tags } = part;
  const [service] = part.type.split(':');
  if (part.type === 'ecs:task-definition') {
    const was = tags === 'untaggable' ? undefined : tags[key];
    for (const arn of await revisionsWith(pass, id, key, was)) {
      const command = new TagResourceCommand({ resourceArn: arn, tags: [{ key, value }] });
      await doing(`TagResource ${arn}`, aws.ecs.send(command, abort));
      // The tags of a revision are kept between looks.
      await readTaskDefinition(pass, arn, { fresh: true });
    }
  } else if (service === 'ecs') {
    const command = new TagResourceCommand({ resourceArn: id, tags: [{ key, value }] });
    await doing(`TagResource ${id}`, aws.ecs.send(command, abort));
  } else if (service === 'elbv2') {
    const command = new AddTagsCommand({ ResourceArns: [id], Tags: [{ Key: key, Value: value }] });
    await doing(`AddTags ${id}`, aws.elbv2.send(command, abort));
  } else if (service === 'codedeploy') {
    const command = new TagDeploymentsCommand({ ResourceArn: id, Tags: [{ Key: key, Value: value }] });
    await doing(`TagResource ${id}`, rolloutClients(aws).codeDeploy.send(command, abort));
    // Its tags are kept between looks.
    await readCodeDeployTags(pass, id, { fresh: true });
  } else if (service === 'autoscaling') {
    const target = await readScalableTarget(pass, id);
    const command = new TagScalableTargetCommand({ ResourceARN: target?.ScalableTargetARN, Tags: { [key]: value } });
    await doing(`TagResource ${id}`, aws.autoscaling.send(command, abort));
  } else {
    throw new TerminalError('Untaggable', `tags of ${part.type} ${id} cannot be changed`);
  }
}

/** The newest first, the one that was asked for last: while it has the old value, the others are looked for again. */
async function revisionsWith(
  pass: Pass,
  arn: string,
  key: string,
  value: string | undefined,
): Promise<readonly string[]> {
  const family = arn.split('/').at(-1)?.split(':')[0] ?? '';
  const active = await readActiveRevisions(pass, family, { fresh: true });
  const found = await Promise.all(active.map((one) => readTaskDefinition(pass, one, { fresh: true })));
  const others = active.filter(
    (one, index) => one !== arn && found[index]?.tags.some((tag) => tag.key === key && tag.value === value),
  );
  return [...others, arn];
}
