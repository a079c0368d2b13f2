import { mayHoldExpressions } from '../../core/expressions.ts';
import type { Finding } from '../../core/lint.ts';
import { cpuUnits, fargateSizeProblem, memoryMiB } from '../size.ts';
import { networkModeOf } from '../task.ts';
import { mayRunOnFargate, type Placed } from '../capacity.ts';

/** Lint of where tasks run: size, network, capacity. */
export function lintPlacement(spec: Placed): readonly Finding[] {
  return [...size(spec), ...network(spec), ...bases(spec), ...constraints(spec)];
}

function size(spec: Placed): readonly Finding[] {
  const { cpu, memory } = spec.task;
  const unreadable = [
    ...unreadableSize(cpu, cpuUnits, 'cpu', '1024 or "1 vCPU"'),
    ...unreadableSize(memory, memoryMiB, 'memory', '2048 or "2 GB"'),
  ];
  if (
    unreadable.length > 0 ||
    !mayRunOnFargate(spec) ||
    [cpu, memory].some((value) => mayHoldExpressions(String(value)))
  )
    return unreadable;
  if (cpu === undefined || memory === undefined) {
    const missing = cpu === undefined ? 'cpu' : 'memory';
    return [{ code: 'LS1006', severity: 'error', path: '/task', message: `a Fargate task needs ${missing}` }];
  }
  const problem = fargateSizeProblem(cpuUnits(cpu) ?? Number.NaN, memoryMiB(memory) ?? Number.NaN);
  return problem === undefined ? [] : [{ code: 'LS1006', severity: 'error', path: '/task', message: problem }];
}

function unreadableSize(
  value: number | string | undefined,
  parse: (text: number | string) => number | undefined,
  field: string,
  expected: string,
): readonly Finding[] {
  if (value === undefined || parse(value) !== undefined || mayHoldExpressions(String(value))) return [];
  const message = `"${value}" is no amount of ${field}; expected for example ${expected}`;
  return [{ code: 'LS1006', severity: 'error', path: `/task/${field}`, message }];
}

function network(spec: Placed): readonly Finding[] {
  const mode = networkModeOf(spec.task, { hasNetwork: spec.network !== undefined });
  if (mayRunOnFargate(spec) && (mode !== 'awsvpc' || spec.network === undefined)) {
    const found = spec.network === undefined ? 'there is no network' : `networkMode is ${mode}`;
    const message = `Fargate tasks need networkMode awsvpc and a network with subnets; ${found}`;
    return [
      {
        code: 'LS1007',
        severity: 'error',
        path: spec.network === undefined ? '/network' : '/task/networkMode',
        message,
      },
    ];
  }
  if (mode === 'awsvpc' && spec.network === undefined) {
    const message = 'networkMode awsvpc needs a network with subnets';
    return [{ code: 'LS1007', severity: 'error', path: '/network', message }];
  }
  if (mode !== 'awsvpc' && spec.network !== undefined) {
    const message = `a network needs networkMode awsvpc; found ${mode}`;
    return [{ code: 'LS1007', severity: 'error', path: '/task/networkMode', message }];
  }
  return [];
}

function bases({ capacityProviderStrategy = [] }: Placed): readonly Finding[] {
  const based = capacityProviderStrategy.filter((item) => (item.base ?? 0) > 0).map((item) => item.capacityProvider);
  if (based.length <= 1) return [];
  const message = `${based.join(', ')} each have a base: only one capacity provider of a strategy may have one`;
  return [{ code: 'LS1011', severity: 'error', path: '/capacityProviderStrategy', message }];
}

/** The most constraints of a task, those of the manifest and of its task definition together. */
const MAX_CONSTRAINTS = 10;

function constraints({ placementConstraints = [], task }: Placed): readonly Finding[] {
  const count = placementConstraints.length + (task.placementConstraints ?? []).length;
  if (count <= MAX_CONSTRAINTS) return [];
  const message = `${count} placement constraints of spec and task together; ECS takes ${MAX_CONSTRAINTS}`;
  return [{ code: 'LS1024', severity: 'error', path: '/placementConstraints', message }];
}
