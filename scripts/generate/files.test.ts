import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { apiFiles } from './api-files.ts';
import { SchemaErrors } from './schemas.ts';

const root = join(import.meta.dirname, '../..');

describe('the files that come from the types', () => {
  const files = apiFiles(root);

  test('are the same every time', () => {
    expect(apiFiles(root)).toEqual(files);
  });

  test('are those in the repository: npm run generate has been run', () => {
    for (const [path, content] of files) expect(readFileSync(join(root, path), 'utf8'), path).toBe(content);
  });

  test('hold a CRD for each kind, with columns, short name, category and subresources', () => {
    const crd = parse(files.get('crds/service.yaml') ?? '', { version: '1.1' });
    expect(crd.metadata.name).toBe('services.longshore.dev');
    expect(crd.spec.names).toMatchObject({ kind: 'Service', shortNames: ['lssvc'], categories: ['longshore'] });
    const [version] = crd.spec.versions;
    expect(version.additionalPrinterColumns.map((column: { name: string }) => column.name)).toEqual([
      'Sync',
      'Health',
      'Revision',
      'Age',
    ]);
    expect(version.subresources).toEqual({
      status: {},
      scale: { specReplicasPath: '.spec.desiredCount', statusReplicasPath: '.status.runningCount' },
    });
  });

  test('show every kind with its example, its fields and its rules', () => {
    const page = files.get('docs/reference/Service.md') ?? '';
    expect(page).toContain('kind: Service');
    expect(page).toContain('### spec.task.containers[].portMappings[]');
    expect(page).toContain('| `cluster` | string |');
    expect(page).toContain('- exactly one of cluster and clusterArn');
  });
});

describe('a type that cannot be a CRD', () => {
  let copy: string;
  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'longshore-generate-'));
    cpSync(join(root, 'controller/src/api'), join(copy, 'controller/src/api'), { recursive: true });
    cpSync(join(root, 'scripts/generate/tsconfig.json'), join(copy, 'scripts/generate/tsconfig.json'));
  });
  afterAll(() => rmSync(copy, { recursive: true }));

  test('is named with its path, and so is every other', () => {
    const file = join(copy, 'controller/src/api/cluster.ts');
    const text = readFileSync(file, 'utf8');
    const planted = [
      '  /** A list. @uniqueItems */\n  planted?: string[];',
      '  /** On the line of its brace. */\n  other?: { /** Lost. */ inner: string };',
      '  third?: boolean;',
    ];
    writeFileSync(
      file,
      text.replace('export interface ClusterSpec {', (open) => [open, ...planted].join('\n')),
    );
    expect(() => apiFiles(copy)).toThrow(SchemaErrors);
    expect(() => apiFiles(copy)).toThrow(
      /Cluster \/spec\/planted: "uniqueItems".*\n.*Cluster \/spec\/other\/inner: has no description.*\n.*Cluster \/spec\/third: has no description/,
    );
  });
});
