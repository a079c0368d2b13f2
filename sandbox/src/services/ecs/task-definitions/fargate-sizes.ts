/** Memory that goes with a CPU size: from, to, in steps of, all in MiB. */
interface MemoryRange {
  readonly cpu: number;
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

const GiB = 1024;

/** Sizes of Fargate tasks. Source: developer guide, "Task CPU and memory" of the Fargate task definition parameters. */
const ranges: readonly MemoryRange[] = [
  { cpu: 256, from: 512, to: 512, step: 512 },
  { cpu: 256, from: GiB, to: 2 * GiB, step: GiB },
  { cpu: 512, from: GiB, to: 4 * GiB, step: GiB },
  { cpu: 1024, from: 2 * GiB, to: 8 * GiB, step: GiB },
  { cpu: 2048, from: 4 * GiB, to: 16 * GiB, step: GiB },
  { cpu: 4096, from: 8 * GiB, to: 30 * GiB, step: GiB },
  { cpu: 8192, from: 16 * GiB, to: 60 * GiB, step: 4 * GiB },
  { cpu: 16384, from: 32 * GiB, to: 120 * GiB, step: 8 * GiB },
];

/** Whether Fargate has tasks of this size (CPU units and MiB). */
export function isFargateSize(cpu: number, memory: number): boolean {
  return ranges.some(
    (range) =>
      range.cpu === cpu && memory >= range.from && memory <= range.to && (memory - range.from) % range.step === 0,
  );
}

/** CPU units of a task's `cpu` (`1024`, `1 vCPU`, `.25 vcpu`); undefined when it is neither. Source: API_RegisterTaskDefinition. */
export function cpuUnits(text: string): number | undefined {
  return inUnits(text, /^\s*(\d*\.?\d+)\s*vcpu\s*$/i, 1024);
}

/** MiB of a task's `memory` (`2048`, `2 GB`, `0.5GB`); undefined when it is neither. Same source. */
export function memoryMiB(text: string): number | undefined {
  return inUnits(text, /^\s*(\d*\.?\d+)\s*gb\s*$/i, GiB);
}

function inUnits(text: string, large: RegExp, factor: number): number | undefined {
  if (/^\s*\d+\s*$/.test(text)) return Number(text);
  const match = large.exec(text);
  return match ? Number(match[1]) * factor : undefined;
}
