import type { LintContext } from '../src/core/lint.ts';
import { API_VERSION, type Manifest, type Position, type Ref, refOf } from '../src/core/manifest.ts';

/** What a lint rule sees of an Application with these manifests, at the first of them. */
export function lintContextOf(specs: Readonly<Record<Ref, unknown>>): LintContext {
  const all = Object.entries(specs).map(([ref, spec]): Manifest<unknown> => {
    const [kind = '', name = ''] = ref.split('/');
    return { apiVersion: API_VERSION, kind, metadata: { name }, spec, positionOf };
  });
  const [manifest] = all;
  if (manifest === undefined) throw new Error('a lint context needs a manifest');
  return { manifest, all, find: (ref) => all.find((one) => refOf(one) === ref) };
}

function positionOf(): Position {
  return { file: 'app.yaml', line: 1, column: 1 };
}
