/**
 * Writes sandbox/src/wire/constraints/<model>.json from botocore's service models: what the schemas of the AWS SDK
 * lack (enums, ranges, lengths, patterns, the errors of each operation) and how the service is addressed.
 *
 *   node scripts/generate-constraints.ts <folder with the models> [model ...]
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Constraints, TypeConstraints } from '../sandbox/src/wire/constraints.ts';

interface Shape {
  readonly type: string;
  readonly members?: Readonly<Record<string, { readonly shape: string }>>;
  readonly member?: { readonly shape: string };
  readonly key?: { readonly shape: string };
  readonly value?: { readonly shape: string };
  readonly enum?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
}

interface Model {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly operations: Readonly<
    Record<
      string,
      {
        readonly input?: { readonly shape: string };
        readonly errors?: readonly { readonly shape: string }[];
        readonly auth?: readonly string[];
      }
    >
  >;
  readonly shapes: Readonly<Record<string, Shape>>;
}

const output = fileURLToPath(new URL('../sandbox/src/wire/constraints/', import.meta.url));

/** Of a model as large as that of EC2, only these operations: all of it would be half a megabyte that nobody asks for. */
const PARTS: Readonly<Record<string, RegExp>> = {
  ec2: /^(Create|Delete|Describe|Modify|Attach|Detach|Associate|Disassociate|Authorize|Revoke)(Vpcs?|VpcAttribute|VpcEndpoints?|Subnets?|SubnetAttribute|RouteTables?|Route|InternetGateways?|NatGateways?|SecurityGroups?|SecurityGroupIngress|SecurityGroupEgress|AvailabilityZones|Tags)$/,
};

/** The models that the sandbox serves, as far as they were generated before. */
function servedModels(): string[] {
  return readdirSync(output).map((file) => file.replace(/\.json$/, ''));
}

function constraintsOf(model: Model, part = /^/): Constraints {
  const types: Record<string, TypeConstraints> = {};
  const structures: Record<string, Record<string, string>> = {};

  /** Collects the constraints of a shape and of what is in it; says whether there are any outside of structures. */
  const visit = (name: string): boolean => {
    const shape = model.shapes[name];
    if (!shape) throw new Error(`the model has no shape ${name}`);
    if (shape.type === 'structure') {
      visitStructure(name, shape);
      return false;
    }
    if (types[name]) return true;
    const parts = { member: shape.member?.shape, key: shape.key?.shape, value: shape.value?.shape };
    const constrained = Object.entries(parts).filter(([, inner]) => inner !== undefined && visit(inner));
    const { min, max, pattern, enum: allowed } = shape;
    const own = Object.entries({ min, max, pattern, enum: allowed }).filter(([, value]) => value !== undefined);
    if (own.length + constrained.length === 0) return false;
    types[name] = Object.fromEntries([...own, ...constrained]) as TypeConstraints;
    return true;
  };

  const visitStructure = (name: string, shape: Shape): void => {
    if (structures[name]) return;
    const members: Record<string, string> = {};
    structures[name] = members;
    for (const [member, target] of Object.entries(shape.members ?? {})) {
      if (visit(target.shape)) members[member] = target.shape;
    }
  };

  const served = Object.entries(model.operations).filter(([name]) => part.test(name));
  const operations = served.map(([name, operation]) => {
    if (operation.input) visit(operation.input.shape);
    const errors = (operation.errors ?? []).map((error) => error.shape);
    return [name, operation.auth?.includes('smithy.api#noAuth') ? { errors, unsigned: true } : { errors }] as const;
  });
  const { apiVersion, endpointPrefix, protocols, signingName, targetPrefix, xmlNamespace } = model.metadata;
  return {
    source: `botocore 1.43, ${String(model.metadata['uid'])}; Apache-2.0, Copyright Amazon.com, Inc. or its affiliates`,
    service: { apiVersion, protocols, signingName: signingName ?? endpointPrefix, targetPrefix, xmlNamespace },
    operations: inOrder(Object.fromEntries(operations)),
    structures: inOrder(
      Object.fromEntries(Object.entries(structures).filter(([, members]) => Object.keys(members).length > 0)),
    ),
    types: inOrder(types),
  } as Constraints;
}

function inOrder<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const [folder, ...named] = process.argv.slice(2);
if (!folder) throw new Error('usage: node scripts/generate-constraints.ts <folder with the models> [model ...]');
mkdirSync(output, { recursive: true });
for (const name of named.length > 0 ? named : servedModels()) {
  const model = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Model;
  const constraints = constraintsOf(model, PARTS[name]);
  writeFileSync(join(output, `${name}.json`), JSON.stringify(constraints));
  const { operations, types } = constraints;
  const counts = `${Object.keys(operations).length} operations, ${Object.keys(types).length} constrained types`;
  process.stdout.write(`${name}: ${counts}\n`);
}
// As all files here, so that a change of a model is a readable diff.
execFileSync('npx', ['biome', 'format', '--write', output], { stdio: 'inherit' });
