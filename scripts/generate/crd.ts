import { stringify } from 'yaml';
import type { ApiKind } from '../../controller/src/api/kinds.ts';
import type { JsonObject } from '../../controller/src/core/json.ts';
import type { Schema } from '../../controller/src/core/manifests/schema.ts';
import { API_VERSION, DOMAIN } from '../../controller/src/core/manifest.ts';

/** The CustomResourceDefinition of a kind. `schema` is that of the whole object. */
export function crdOf(api: ApiKind, schema: Schema): object {
  const { kind, plural, shortName, scale } = api;
  const version = API_VERSION.slice(DOMAIN.length + 1);
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${DOMAIN}` },
    spec: {
      group: DOMAIN,
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular: kind.toLowerCase(),
        shortNames: [shortName],
        categories: ['longshore'],
      },
      scope: 'Namespaced',
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          additionalPrinterColumns: [
            column('Sync', 'string', '.status.sync.status', 'Whether AWS is as the manifest says'),
            column('Health', 'string', '.status.health.status', 'Whether it works'),
            column('Revision', 'string', '.status.sync.revision', 'The revision of the source'),
            column('Age', 'date', '.metadata.creationTimestamp', 'Since it was created in Kubernetes'),
          ],
          subresources: {
            status: {},
            ...(scale === undefined
              ? {}
              : { scale: { specReplicasPath: scale.spec, statusReplicasPath: scale.status } }),
          },
          schema: { openAPIV3Schema: schema },
        },
      ],
    },
  };
}

/** The schema of a whole object of a kind, from those of its spec and status. */
export function objectSchema(kind: string, spec: JsonObject, status: JsonObject): JsonObject {
  return {
    description: spec.description ?? kind,
    type: 'object',
    required: ['spec'],
    properties: {
      apiVersion: { description: `Always ${API_VERSION}.`, type: 'string' },
      kind: { description: `Always ${kind}.`, type: 'string' },
      metadata: { type: 'object' },
      spec: { ...spec, description: 'What is wanted.' },
      status: {
        ...status,
        description: 'What Longshore reports. Written by the controller, never read from Git.',
        'x-kubernetes-preserve-unknown-fields': true,
      },
    },
  };
}

/** As YAML, with a line that says where it comes from. */
export function crdYaml(crd: object): string {
  // kubectl reads YAML 1.1, where a plain `on` is a boolean.
  const yaml = stringify(crd, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false });
  return `# Generated from controller/src/api by "npm run generate". Do not edit.\n${yaml}`;
}

function column(name: string, type: string, jsonPath: string, description: string): object {
  return { name, type, jsonPath, description };
}
