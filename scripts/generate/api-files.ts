import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { API_KINDS } from '../../controller/src/api/kinds.ts';
import { coveragePage } from './coverage.ts';
import { crdOf, crdYaml } from './crd.ts';
import { EXAMPLES } from './places.ts';
import { firstSentence, indexPage, kindPage, type Page } from './reference.ts';
import { buildSchemas } from './schemas.ts';
import { readApiTypes } from './types.ts';

/**
 * What comes from the types in `controller/src/api` alone: CRDs, schemas, a page for each kind, the coverage of the AWS
 * APIs. By path below `root`. Nothing is written. @throws SchemaErrors when a type cannot be a CRD.
 */
export function apiFiles(root: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const schemas = buildSchemas(readApiTypes(root));
  const pages: Page[] = [];
  for (const api of API_KINDS) {
    const name = api.kind.toLowerCase();
    const schema = schemas.kinds[api.kind];
    if (schema === undefined) throw new Error(`no schema of ${api.kind}`);
    if (api.fileOnly !== true) files.set(`crds/${name}.yaml`, crdYaml(crdOf(api, schema)));
    const example = readFileSync(join(root, EXAMPLES, `${name}.yaml`), 'utf8');
    files.set(`docs/reference/${api.kind}.md`, kindPage(api, schema, example));
    pages.push({ file: `${api.kind}.md`, title: api.kind, about: firstSentence(schema.description ?? '') });
  }
  files.set('controller/src/api/generated/schemas.json', `${JSON.stringify(schemas, null, 1)}\n`);
  pages.push(
    { file: 'cli.md', title: 'Command line', about: 'every command and its options.' },
    { file: 'lint.md', title: 'Lint rules', about: 'what is valid but probably wrong.' },
    {
      file: 'coverage.md',
      title: 'Coverage of the AWS APIs',
      about: 'every member that AWS takes: where it is, or why not.',
    },
    { file: 'iam-policy.md', title: 'IAM policy', about: 'what the controller may do in an account.' },
  );
  files.set('docs/reference/coverage.md', coveragePage(schemas.kinds));
  files.set('docs/reference/README.md', indexPage(pages));
  return files;
}
