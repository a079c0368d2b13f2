import { API_VERSION, type Manifest, type Ref, splitRef } from '../src/core/manifest.ts';
import type { JsonObject } from '../src/core/json.ts';
import type { ApplicationSpec } from '../src/api/application.ts';
import type { ApplicationInput } from '../src/engine/engine.ts';

/** A manifest without a file. */
export function manifest(ref: Ref, spec: object = {}, annotations?: Readonly<Record<string, string>>): Manifest {
  const { kind, name } = splitRef(ref);
  return {
    apiVersion: API_VERSION,
    kind,
    metadata: annotations === undefined ? { name } : { name, annotations },
    spec: spec as JsonObject,
    positionOf: () => ({ file: `${name}.yaml`, line: 1, column: 1 }),
  };
}

/** An Application at one revision. */
export function application(
  manifests: readonly Manifest[],
  syncPolicy: ApplicationSpec['syncPolicy'] = { automated: { prune: true } },
  revision = 'r1',
): ApplicationInput {
  return {
    name: 'shop',
    spec: {
      source: { repoURL: 'https://git.example.com/shop.git' },
      ...(syncPolicy === undefined ? {} : { syncPolicy }),
    },
    destination: { accountId: '111111111111', region: 'eu-west-1' },
    revision,
    manifests,
  };
}
