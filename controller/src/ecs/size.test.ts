import { describe, expect, test } from 'vitest';
import { cpuUnits, fargateSizeProblem, memoryMiB } from './size.ts';

test.each([
  [1024, 1024],
  ['1024', 1024],
  ['1 vCPU', 1024],
  ['.25 vCPU', 256],
  ['0.5vcpu', 512],
  ['2 GB', undefined],
  ['much', undefined],
])('cpu %s is %s units', (given, units) => {
  expect(cpuUnits(given)).toBe(units);
});

test.each([
  [2048, 2048],
  ['2048', 2048],
  ['1 GB', 1024],
  ['0.5GB', 512],
  ['1 vCPU', undefined],
])('memory %s is %s MiB', (given, mib) => {
  expect(memoryMiB(given)).toBe(mib);
});

describe('Fargate', () => {
  test.each([
    [256, 512],
    [256, 2048],
    [512, 1024],
    [1024, 3072],
    [4096, 30_720],
    [16_384, 122_880],
  ])('has %s units with %s MiB', (cpu, memory) => {
    expect(fargateSizeProblem(cpu, memory)).toBeUndefined();
  });

  test.each([
    [256, 1536, '512, 1024 or 2048'],
    [512, 512, '1024 to 4096'],
    [300, 512, 'has no tasks with 300'],
    [8192, 17_000, 'steps of 4096'],
  ])('has no %s units with %s MiB, and says what there is', (cpu, memory, words) => {
    expect(fargateSizeProblem(cpu, memory)).toContain(words);
  });
});
