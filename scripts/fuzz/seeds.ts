import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** What real files look like that are not as one would write them. */
const ODDITIES: readonly string[] = [
  '',
  '---\n---\n...\n',
  '\u{FEFF}a: 1\r\nb:\t2\r\n',
  '{"taskDefinition": {"family": "x", "containerDefinitions": [], "revision": 4}}',
  '{\n // comment\n "a": <X>}',
  'a: &a [1, &b {c: *a}]\nd: {<<: [*b, *a], e: *b}\n? [x, y]\n: z\n',
  'apiVersion: v1\nkind: List\nitems:\n- kind: List\n  items: [{}, 7, null]\n',
  "text: |\n  one\n\n  two\nfolded: >-\n  one\n  two\nquoted: \"a\\u0026b \\x41\"\nsingle: 'it''s'\n",
  '%YAML 1.1\n---\nyes: no\noctal: 0755\ndate: 2026-01-31\nsexagesimal: 1:30\nfloat: .inf\n',
  'apiVersion: longshore.dev/v1alpha1\nkind: Cluster\nmetadata: {name: a}\nspec: {tags: {a: "${param.x}-$${y}", b: "${Cluster/b:arn}"}}\n',
  'spec:\n  {{- if .Values.x }}\n  a: {{ .Values.a | quote }}\n  {{- end }}\n',
];

const EXPRESSIONS: readonly string[] = [
  '',
  '$',
  '${',
  '$${',
  '$$${param.x}',
  'a ${param.image}:${param.tag} b',
  '${app.revision}${app.shortRevision}${app.name}',
  '${aws.accountId}.dkr.ecr.${aws.region}.amazonaws.com/x',
  '${LoadBalancer/public:listenerArn(443)}',
  '${CloudResource/db:Endpoint.Address}',
  '${HOME} ${a b} ${Kind/Name:x} ${kind/name:x} ${{x}} ${}',
];

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Files to begin with: the examples of every kind, the quickstart, the mistakes that tests know, and oddities. */
export function manifestSeeds(): readonly Uint8Array[] {
  const files = [
    'controller/src/api/examples/*.yaml',
    'controller/src/core/manifests/testdata/*.yaml',
    'samples/quickstart/**/*.yaml',
  ].flatMap((glob) => globSync(glob, { cwd: root }).toSorted());
  return [...files.map((file) => new Uint8Array(readFileSync(join(root, file)))), ...ODDITIES.map(encode)];
}

/** Strings with expressions to begin with. */
export function expressionSeeds(): readonly Uint8Array[] {
  return EXPRESSIONS.map(encode);
}
