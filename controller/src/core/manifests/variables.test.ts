import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resolveReferences } from '../references.ts';
import { cluster, problemsIn, specOf } from './testing.ts';
import { shortRevision, substitute } from './variables.ts';

const service = (spec: string) => `apiVersion: longshore.dev/v1alpha1
kind: Service
metadata: {name: api}
spec:
  cluster: main
  task:
    containers: [{name: web, image: example}]
  ${spec}
`;

describe('a scalar that is only a parameter takes the type of its field', () => {
  test.each([
    ['a text that is a number, for a number', 'desiredCount: ${param.x}', '3', { desiredCount: 3 }],
    ['a number, for a number', 'desiredCount: ${param.x}', 3, { desiredCount: 3 }],
    ['in quotes as well', 'desiredCount: "${param.x}"', '3', { desiredCount: 3 }],
    [
      'a text that is a boolean, for a boolean',
      'enableExecuteCommand: ${param.x}',
      'true',
      { enableExecuteCommand: true },
    ],
    ['a number, for a text', 'nameOverride: ${param.x}', 7, { nameOverride: '7' }],
    ['a text of digits, for a text', 'tags: {a: "${param.x}"}', '007', { tags: { a: '007' } }],
    ['inside of a longer text', 'tags: {a: "v${param.x}"}', 3, { tags: { a: 'v3' } }],
  ])('%s', (_, spec, x, expected) => {
    expect(specOf(service(spec), { variables: { param: { x } } })).toMatchObject(expected);
  });

  test('a text that is no number, for a number, is a problem at the scalar', () => {
    expect(problemsIn(service('desiredCount: ${param.x}'), { variables: { param: { x: 'two' } } })).toEqual([
      'f.yaml:8:17: /spec/desiredCount: found "two", expected a whole number',
    ]);
  });
});

test('app and aws variables are put in', () => {
  const variables = {
    app: { name: 'payments', revision: '0123456789abcdef0123456789abcdef01234567' },
    aws: { accountId: '012345678901', region: 'eu-west-1' },
  };
  const tags =
    '{a: "${app.name}", b: "${app.revision}", c: "${app.shortRevision}", d: "${aws.accountId}", e: "${aws.region}"}';
  expect(specOf(cluster(`{tags: ${tags}}`), { variables })).toEqual({
    tags: { a: 'payments', b: variables.app.revision, c: '0123456', d: '012345678901', e: 'eu-west-1' },
  });
});

test('what only a rollout knows stands in the text until then', () => {
  const text = '{a: "${rollout.targetGroup}"}';
  expect(specOf(cluster(`{tags: ${text}}`))).toEqual({ tags: { a: '${rollout.targetGroup}' } });
  expect(problemsIn(cluster('{tags: {a: "${rollout.targetgroup}"}}'))).toEqual([
    expect.stringContaining('expected ${rollout.targetGroup} (did you mean "targetGroup"?)'),
  ]);
});

test('the short revision of a folder is that of its digest', () => {
  expect(shortRevision('dir:abcdef0123456789')).toBe('abcdef0');
});

describe('unknown names', () => {
  const options = { variables: { param: { image: 'x', tag: 'y' }, app: { name: 'a', revision: 'b' } } };

  test.each([
    ['${param.imge}', 'found ${param.imge}, expected one of ${param.image}, ${param.tag} (did you mean "image"?)'],
    ['${app.revison}', 'expected one of ${app.name}, ${app.revision}, ${app.shortRevision} (did you mean "revision"?)'],
    ['${aws.regoin}', 'expected one of ${aws.accountId}, ${aws.region} (did you mean "region"?)'],
    ['${parm.image}', 'expected param, app or aws before the dot (did you mean "param"?)'],
    ['${HOME}', 'for a literal ${HOME} write $${HOME}'],
  ])('%s is one problem', (text, message) => {
    expect(problemsIn(cluster(`{nameOverride: "${text}"}`), options)).toEqual([expect.stringContaining(message)]);
  });

  test('without any parameters it says where they come from', () => {
    const message = 'but no parameters are given (spec.source.parameters of the Application, or --param)';
    expect(problemsIn(cluster('{nameOverride: "${param.x}"}'), { variables: { param: {} } })).toEqual([
      expect.stringContaining(message),
    ]);
  });
});

test('what is not known here stays as it is written, and is admitted anywhere', () => {
  const spec = service('desiredCount: ${param.count}\n  launchType: ${param.launch}');
  expect(specOf(spec)).toMatchObject({ desiredCount: '${param.count}', launchType: '${param.launch}' });
});

test('references and escapes stay as they are written; a reference is admitted by any text, but by no number', () => {
  const spec = cluster('{nameOverride: "${CloudResource/names:Cluster}", tags: {a: "$${HOME}"}}');
  expect(specOf(spec)).toEqual({ nameOverride: '${CloudResource/names:Cluster}', tags: { a: '$${HOME}' } });
  expect(problemsIn(service('desiredCount: "${Cluster/main:name}"'))).toEqual([
    expect.stringContaining('expected a whole number: a reference can stand in a text field only'),
  ]);
});

test('a parameter is never read for expressions, wherever it is put and however it joins what is around it', () => {
  const text = fc.string({ unit: fc.constantFrom('$', '{', '}', 'a', ':', '/'), maxLength: 8 });
  fc.assert(
    fc.property(text, text, (x, y) => {
      const { text: written } = substitute('${param.x}${param.y}{${Cluster/main:arn}', { param: { x, y } });
      const { spec } = resolveReferences({ written }, () => ({ arn: 'ARN' }));
      expect(spec.written).toBe(`${x}${y}{ARN`);
    }),
  );
});
