import type { ServiceLoadBalancer, ServiceSpec } from '../../api/service.ts';
import type { TargetGroupSpec } from '../../api/targetgroup.ts';
import type { Finding, LintContext } from '../../core/lint.ts';
import { networkModeOf } from '../../ecs/task.ts';

/** Lint of target groups against containers, and of rolling percents. */
export function lintBalancing(spec: ServiceSpec, context: LintContext): readonly Finding[] {
  const balancers = (spec.loadBalancers ?? []).flatMap((entry, index) => {
    const path = `/loadBalancers/${index}`;
    return [...containerPort(spec, entry, path), ...targetGroup(spec, entry, path, context)];
  });
  return [...balancers, ...percents(spec)];
}

function containerPort(
  { task }: ServiceSpec,
  { container: name, port }: ServiceLoadBalancer,
  path: string,
): readonly Finding[] {
  const container = task.containers.find((candidate) => candidate.name === name);
  if (container === undefined) {
    const names = task.containers.map((candidate) => candidate.name).join(', ');
    const message = `the task has no container "${name}"; it has ${names}`;
    return [{ code: 'LS1001', severity: 'error', path: `${path}/container`, message }];
  }
  const ports = container.portMappings ?? [];
  const open = ports.some(({ containerPort: single, containerPortRange: range }) => {
    const [from = Number.NaN, to = Number.NaN] = range?.split('-').map(Number) ?? [single, single];
    return port >= from && port <= to;
  });
  if (open) return [];
  const known = ports.map((mapping) => mapping.containerPort ?? mapping.containerPortRange).join(', ');
  const message = `container "${name}" has no port ${port} in its portMappings; it has ${known || 'none'}`;
  return [{ code: 'LS1001', severity: 'error', path: `${path}/port`, message }];
}

function targetGroup(
  spec: ServiceSpec,
  { targetGroup: name, port }: ServiceLoadBalancer,
  path: string,
  context: LintContext,
): readonly Finding[] {
  // The reference itself is checked with all others; here only what both sides say.
  const found = name === undefined ? undefined : context.find(`TargetGroup/${name}`);
  if (found === undefined) return [];
  const group = found.spec as TargetGroupSpec;
  const findings: Finding[] = [];
  const mode = networkModeOf(spec.task, { hasNetwork: spec.network !== undefined });
  const wanted = mode === 'awsvpc' ? 'ip' : 'instance';
  if ((group.targetType ?? 'ip') !== wanted) {
    const message = `TargetGroup/${name} has targetType ${group.targetType ?? 'ip'}, but tasks with network mode ${mode} are registered as ${wanted}`;
    findings.push({ code: 'LS1014', severity: 'error', path: `${path}/targetGroup`, message });
  }
  const checked = Number(group.healthCheck?.port ?? Number.NaN);
  if (!Number.isNaN(checked) && checked !== port && !listensOn(spec, checked)) {
    const message = `TargetGroup/${name} checks port ${checked}, on which no container listens (this service is registered with ${port}): targets never become healthy. Leave healthCheck.port out, or open the port`;
    findings.push({ code: 'LS1015', severity: 'error', path: `${path}/port`, message });
  }
  return findings;
}

function listensOn({ task }: ServiceSpec, port: number): boolean {
  return task.containers.some((container) => container.portMappings?.some((mapping) => mapping.containerPort === port));
}

function percents({ desiredCount, deployment, schedulingStrategy }: ServiceSpec): readonly Finding[] {
  const daemon = schedulingStrategy === 'DAEMON';
  const minimum = deployment?.rolling?.minimumHealthyPercent ?? (daemon ? 0 : 100);
  const maximum = deployment?.rolling?.maximumPercent ?? (daemon ? 100 : 200);
  const path = '/deployment/rolling';
  if (minimum >= 100 && maximum <= 100) {
    const message =
      'between 100 and 100 percent no task may stop before another starts, and none may start before another stops: no deployment ever ends';
    return [{ code: 'LS1004', severity: 'error', path, message }];
  }
  if (daemon || desiredCount === undefined || desiredCount === 0) return [];
  // ECS rounds the lower limit up and the upper one down.
  const lower = Math.ceil((desiredCount * minimum) / 100);
  const upper = Math.floor((desiredCount * maximum) / 100);
  if (upper > lower) return [];
  const message = `with ${desiredCount} tasks, ${minimum} to ${maximum} percent is ${lower} to ${upper} tasks: no task can be replaced and no deployment ever ends`;
  return [{ code: 'LS1004', severity: 'error', path, message }];
}
