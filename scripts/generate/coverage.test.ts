import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Schema } from '../../controller/src/core/manifests/schema.ts';
import { COVERED_SERVICES, countCoverage, coveragePage } from './coverage.ts';
import type { OperationCoverage } from './coverage/model.ts';
import { membersOf } from './coverage/members.ts';
import { coverageOf, coverMembers } from './coverage/resolve.ts';

const root = join(import.meta.dirname, '../..');
const schemas = readFileSync(join(root, 'controller/src/api/generated/schemas.json'), 'utf8');
const kinds = (JSON.parse(schemas) as { readonly kinds: Readonly<Record<string, Schema>> }).kinds;

describe.each(COVERED_SERVICES.map((service) => [service.title, service] as const))('%s', (_, service) => {
  const { operations, problems } = coverageOf(service, kinds);

  test('every member is in a kind, or it is said why not; every mapping names a member and a place that are there', () => {
    expect(problems).toEqual([]);
  });

  test('placed and explained members are all members', () => {
    const { members, placed, explained } = countCoverage(operations);
    expect(members).toBeGreaterThan(100);
    expect(placed + explained).toBe(members);
  });
});

test('the page is the one in the repository: npm run generate has been run', () => {
  expect(readFileSync(join(root, 'docs/reference/coverage.md'), 'utf8')).toBe(coveragePage(kinds));
});

describe('a mapping', () => {
  const schema: Schema = {
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        properties: {
          name: { type: 'string' },
          items: { type: 'array', items: { type: 'object', properties: { kept: { type: 'string' } } } },
        },
      },
    },
  };
  const mapping: OperationCoverage = {
    operation: 'Make',
    places: { Name: 'Thing.spec.name', items: 'Thing.spec.items', 'items[].*': 'Thing.spec.items[].*' },
    reasons: { token: 'derived' },
  };
  const members = ['Name', 'items', 'items[].kept', 'token'];
  const problemsOf = (changed: Partial<OperationCoverage>, list: readonly string[] = members): readonly string[] => {
    const problems: string[] = [];
    coverMembers({ ...mapping, ...changed }, list, { Thing: schema }, problems);
    return problems;
  };

  test('that says everything has no problem', () => {
    expect(problemsOf({})).toEqual([]);
  });

  test('lacks a member that the model gained', () => {
    expect(problemsOf({}, [...members, 'gained'])).toEqual(['Make gained: neither placed nor explained']);
  });

  test('lacks a member that the model gained in a subtree that keeps its names', () => {
    expect(problemsOf({}, [...members, 'items[].gained'])).toEqual([
      'Make items[].gained: Thing.spec.items[].gained is in no schema',
    ]);
  });

  test('names a member that the model lost', () => {
    expect(problemsOf({}, ['Name', 'items', 'items[].kept'])).toEqual(['Make token: AWS has no such member']);
  });

  test('names a place that no kind has', () => {
    expect(problemsOf({ places: { ...mapping.places, Name: 'Thing.spec.nme' } })).toEqual([
      'Make Name: Thing.spec.nme is in no schema',
    ]);
  });

  test('says of a member both where it is and why it is not', () => {
    expect(problemsOf({ reasons: { token: 'derived', Name: 'derived' } })).toContain(
      'Make Name: has both a place and a reason',
    );
  });
});

test('members are those of the schema, lists and structures inside each other as well', () => {
  const [ecs] = COVERED_SERVICES;
  const operation = ecs?.sdk['RegisterTaskDefinition$'] as Parameters<typeof membersOf>[0];
  const members = membersOf(operation);
  expect(members.slice(0, 3)).toEqual(['family', 'containerDefinitions', 'containerDefinitions[].name']);
  expect(members).toContain('volumes[].fsxWindowsFileServerVolumeConfiguration.authorizationConfig.domain');
});
