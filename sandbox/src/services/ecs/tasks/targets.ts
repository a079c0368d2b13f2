import type { Target } from '../../../kernel/ports.ts';
import type { Scope, World } from '../../../kernel/world.ts';
import { addCountedEvent } from '../scheduler/service-events.ts';
import { namedTaskSet, ownerOfTask } from '../scheduler/task-owner.ts';
import { serviceOfKey } from '../lookup.ts';
import type { RegisteredTarget, TaskRecord } from '../task-record.ts';

/** The task's network interface as a target. */
export function targetOf(task: TaskRecord, registered: RegisteredTarget): Target {
  return { id: task.address, port: registered.port, availabilityZone: task.availabilityZone };
}

/** Registers the task with the target groups of the deployment or task set that launched it. */
export function registerTargets(world: World, scope: Scope, task: TaskRecord): void {
  const service = task.service === undefined ? undefined : serviceOfKey(world, scope, task.service);
  const owner = service && ownerOfTask(service, task);
  if (!service || !owner) return;
  const taskSet = namedTaskSet(service, owner.id);
  for (const { targetGroupArn: declared, containerPort } of owner.spec.loadBalancers) {
    if (declared === undefined || containerPort === undefined) continue;
    const targetGroupArn = owner.targetGroups?.[declared] ?? declared;
    if (!world.ports.loadBalancing.targetGroup(scope, targetGroupArn)) continue;
    const registered = { targetGroupArn, port: containerPort };
    world.ports.loadBalancing.register(scope, targetGroupArn, targetOf(task, registered));
    recordCall(world, scope, 'RegisterTargets', task, registered);
    task.targets.push(registered);
    const group = `(target-group ${targetGroupArn})`;
    addCountedEvent(world, service, (count) => `registered ${count} targets in ${group}`, taskSet);
  }
}

/** Begins to drain the task's targets. */
export function deregisterTargets(world: World, scope: Scope, task: TaskRecord): void {
  const service = task.service === undefined ? undefined : serviceOfKey(world, scope, task.service);
  for (const registered of task.targets) {
    if (!world.ports.loadBalancing.targetGroup(scope, registered.targetGroupArn)) continue;
    world.ports.loadBalancing.deregister(scope, registered.targetGroupArn, targetOf(task, registered));
    recordCall(world, scope, 'DeregisterTargets', task, registered);
    if (!service) continue;
    const group = `(target-group ${registered.targetGroupArn})`;
    const taskSet = namedTaskSet(service, task.deployment);
    addCountedEvent(world, service, (count) => `deregistered ${count} targets in ${group}`, taskSet);
  }
  if (!service || task.targets.length === 0) return;
  addCountedEvent(world, service, (count) => `has begun draining connections on ${count} tasks.`, task.deployment);
}

/** Whether all of the task's targets are gone from their groups. */
export function isDrained(world: World, scope: Scope, task: TaskRecord): boolean {
  return task.targets.every(
    (registered) =>
      !world.ports.loadBalancing.targetGroup(scope, registered.targetGroupArn) ||
      world.ports.loadBalancing.health(scope, registered.targetGroupArn, targetOf(task, registered)) === undefined,
  );
}

/** The service scheduler calls Elastic Load Balancing under its service-linked role, and CloudTrail records that. */
function recordCall(
  world: World,
  scope: Scope,
  operation: 'RegisterTargets' | 'DeregisterTargets',
  task: TaskRecord,
  registered: RegisteredTarget,
): void {
  world.ports.trail.recordServiceCall(scope, {
    by: 'ecs.amazonaws.com',
    role: 'AWSServiceRoleForECS',
    session: 'ecs-service-scheduler',
    service: 'elasticloadbalancing',
    operation,
    input: { TargetGroupArn: registered.targetGroupArn, Targets: [{ Id: task.address, Port: registered.port }] },
    output: {},
  });
}
