import { API_KINDS } from '../../api/kinds.ts';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { lintRules } from '../../core/lintcodes.ts';
import { type RecordingIo, recordingIo } from '../testing/recording-io.ts';
import { register } from './explain.ts';

async function explain(...args: readonly string[]): Promise<RecordingIo> {
  const io = recordingIo();
  const program = new Command().exitOverride();
  register(program, io);
  await program.parseAsync(['explain', ...args], { from: 'user' });
  return io;
}

test('without a topic it lists every kind', async () => {
  const text = (await explain()).outText();
  const listed = text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ')[0]);
  expect(listed).toEqual(API_KINDS.map(({ kind }) => kind));
  expect(text).toMatch(/^TargetGroup +A target group\.$/mu);
});

test.each(['Service', 'service', 'services', 'lssvc'])('%s is the kind with the fields of its spec', async (word) => {
  const text = (await explain(word)).outText();
  expect(text).toContain('KIND:     Service\nVERSION:  longshore.dev/v1alpha1\nFIELD:    spec <Object> -required-\n');
  expect(text).toContain('An ECS service with its task definition.');
  expect(text).toContain('exactly one of cluster and clusterArn');
  expect(text).toContain('  task <Object> -required-\n');
});

test.each(['Service.task.containers.portMappings.protocol', 'Service.spec.task.containers.portMappings.protocol'])(
  '%s goes through lists, with or without spec',
  async (path) => {
    expect((await explain(path)).outText()).toBe(
      [
        'KIND:     Service',
        'VERSION:  longshore.dev/v1alpha1',
        'FIELD:    spec.task.containers.portMappings.protocol <string>',
        '',
        'DESCRIPTION:',
        '  The transport.',
        '',
        'VALUE:',
        '  one of tcp, udp',
        '  default: "tcp"',
        '',
      ].join('\n'),
    );
  },
);

test('metadata is explained as well', async () => {
  expect((await explain('Cluster.metadata.name')).outText()).toContain('A DNS label');
});

test.each([
  ['Serivce', 'there is no kind "Serivce" (did you mean "Service"?)'],
  ['Service.task.contaners', 'Service.spec.task has no field "contaners" (did you mean "containers"?)'],
  ['Service.cluster.name', 'Service.spec.cluster has no field "name", it has no fields'],
  ['LS9999', 'there is no lint rule LS9999'],
])('%s is a miss that says so, with the nearest right word', async (topic, message) => {
  await expect(explain(topic)).rejects.toThrow(message);
});

test('a lint rule, whatever the case of its code', async () => {
  const [rule] = lintRules.values();
  const text = (await explain(rule?.code.toLowerCase() ?? '')).outText();
  expect(text.startsWith(`${rule?.code}: ${rule?.title}\n`)).toBe(true);
  expect(text.replaceAll(/\s+/g, ' ')).toContain(rule?.explanation.replaceAll(/\s+/g, ' '));
});

test('-o json gives the schema', async () => {
  expect(JSON.parse((await explain('ListenerRule.listener.port', '-o', 'json')).outText())).toMatchObject({
    kind: 'ListenerRule',
    path: 'spec.listener.port',
    required: true,
    schema: { type: 'integer', minimum: 1, maximum: 65535 },
  });
});
