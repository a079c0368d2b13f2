import { describe, expect, test } from 'vitest';
import { jobSpec } from '../../../test/jobs.ts';
import type { ContainerDefinition } from '../../api/container.ts';
import type { JobSpec } from '../../api/job.ts';
import { lintRules } from '../../core/lintcodes.ts';
import { lintJob } from './lint.ts';

const main: ContainerDefinition = { name: 'main', image: 'example/migrate:1.0.0' };

function withContainers(...containers: ContainerDefinition[]): JobSpec {
  return jobSpec('', { task: { cpu: 256, memory: 512, containers } });
}

function withoutNetwork(spec: JobSpec): JobSpec {
  const { network: _network, ...bare } = spec;
  return bare;
}

function found(spec: JobSpec): readonly string[] {
  return lintJob(spec).map(({ code, path }) => `${code} ${path}`);
}

test('a Job that is right has no finding', () => {
  expect(lintJob(jobSpec('example/migrate:1.0.0'))).toEqual([]);
});

describe('rules of Jobs', () => {
  test.each<[string, JobSpec, readonly string[]]>([
    [
      'an override of a container that is not there',
      jobSpec('example/a:1', { overrides: { containerOverrides: [{ name: 'mian' }] } }),
      ['LS1026 /overrides/containerOverrides/0/name'],
    ],
    ['two essential containers', withContainers(main, { ...main, name: 'proxy' }), ['LS1027 /task/containers']],
    ['no essential container', withContainers({ ...main, essential: false }), ['LS1027 /task/containers']],
    ['a sidecar that is not essential', withContainers(main, { ...main, name: 'proxy', essential: false }), []],
    [
      'a container that is restarted when it has succeeded',
      withContainers({ ...main, restartPolicy: { enabled: true } }),
      ['LS1028 /task/containers/0/restartPolicy'],
    ],
    [
      'a container that is restarted when it has failed',
      withContainers({ ...main, restartPolicy: { enabled: true, ignoredExitCodes: [0] } }),
      [],
    ],
    [
      'a size by overrides that Fargate does not have',
      jobSpec('example/a:1', { overrides: { memory: 8192 } }),
      ['LS1006 /overrides'],
    ],
  ])('%s', (_, spec, findings) => {
    expect(found(spec)).toEqual(findings);
  });

  test('are explained', () => {
    expect(['LS1026', 'LS1027', 'LS1028'].filter((code) => !lintRules.has(code))).toEqual([]);
  });
});

describe('rules that Jobs share with Services', () => {
  test.each<[string, JobSpec, readonly string[]]>([
    ['a tag that moves', withContainers({ ...main, image: 'example/migrate' }), ['LS1002 /task/containers/0/image']],
    ['Fargate without a network', withoutNetwork(jobSpec('example/a:1')), ['LS1007 /network']],
    [
      'an EBS volume that the task does not wait for',
      jobSpec('example/a:1', {
        volumeConfigurations: [
          { name: 'scratch', managedEBSVolume: { roleArn: 'arn:aws:iam::1:role/e', sizeInGiB: 1 } },
        ],
      }),
      ['LS1022 /volumeConfigurations/0/name'],
    ],
    [
      'placement on Fargate',
      jobSpec('example/a:1', { placementStrategy: [{ type: 'random' }] }),
      ['LS1018 /placementStrategy'],
    ],
    [
      'two containers of one name',
      withContainers(main, { ...main, essential: false }),
      ['LS1009 /task/containers/1/name'],
    ],
  ])('%s', (_, spec, findings) => {
    expect(found(spec)).toEqual(findings);
  });
});
