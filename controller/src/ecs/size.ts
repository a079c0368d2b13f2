/** CPU units of one vCPU, and MiB of one GB. */
const UNITS = 1024;

/**
 * CPU of a task in units, from any form that ECS takes: `1024`, `"1024"`, `"1 vCPU"`, `".25 vCPU"`.
 * Undefined for anything else.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#task_size
 */
export function cpuUnits(cpu: number | string): number | undefined {
  return inUnits(cpu, /^vcpus?$/i);
}

/** Memory of a task in MiB: `2048`, `"2048"`, `"2 GB"`, `"0.5GB"`. Undefined for anything else. */
export function memoryMiB(memory: number | string): number | undefined {
  return inUnits(memory, /^gb$/i);
}

function inUnits(value: number | string, bigUnit: RegExp): number | undefined {
  if (typeof value === 'number') return value;
  const [, digits, unit] = /^\s*([0-9]*\.?[0-9]+)\s*([A-Za-z]*)\s*$/.exec(value) ?? [];
  if (digits === undefined || unit === undefined) return undefined;
  if (unit === '') return Number(digits);
  return bigUnit.test(unit) ? Number(digits) * UNITS : undefined;
}

/** Memory in MiB that Fargate offers for a number of CPU units: from, to, and in steps of. */
interface FargateRange {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size */
const FARGATE_SIZES: ReadonlyMap<number, FargateRange> = new Map([
  // 256 units take 512, 1024 or 2048 MiB: not a range, see below.
  [256, { from: 512, to: 2048, step: 512 }],
  [512, { from: 1024, to: 4096, step: 1024 }],
  [1024, { from: 2048, to: 8192, step: 1024 }],
  [2048, { from: 4096, to: 16_384, step: 1024 }],
  [4096, { from: 8192, to: 30_720, step: 1024 }],
  [8192, { from: 16_384, to: 61_440, step: 4096 }],
  [16_384, { from: 32_768, to: 122_880, step: 8192 }],
  [32_768, { from: 65_536, to: 249_856, step: 8192 }],
]);

/** What is wrong with a Fargate task size, in words; undefined when Fargate has it. */
export function fargateSizeProblem(cpu: number, memory: number): string | undefined {
  const range = FARGATE_SIZES.get(cpu);
  if (range === undefined) {
    return `Fargate has no tasks with ${cpu} CPU units; it has ${[...FARGATE_SIZES.keys()].join(', ')}`;
  }
  const fits = memory >= range.from && memory <= range.to && (memory - range.from) % range.step === 0;
  if (fits && !(cpu === 256 && memory === 1536)) return undefined;
  const choice =
    cpu === 256 ? '512, 1024 or 2048 MiB' : `${range.from} to ${range.to} MiB in steps of ${range.step} MiB`;
  return `Fargate has no tasks with ${cpu} CPU units and ${memory} MiB; ${cpu} CPU units take ${choice}`;
}
