import { InvalidInputError } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import { API_VERSION } from '../../core/manifest.ts';
import { parseManifests } from '../../core/manifests/parse.ts';
import { didYouMean } from '../../core/suggest.ts';
import type { ApplicationSpec } from '../../api/application.ts';
import type { ApplicationSetTemplate } from '../../api/applicationset.ts';
import type { DeclaredApplication, DeclaredApplicationSet } from '../applications/declared.ts';
import type { Parameters } from './parameters.ts';

const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/gu;

/**
 * An Application from a template: `{{name}}` in every text becomes the parameter. A parameter is put into a value, never
 * into YAML, and what it holds is not looked at again: whatever a branch or a file is called, it stays one value.
 * @throws Error that names the parameters that there are; InvalidInputError where the result is no Application
 */
export function fillTemplate(
  { name: set, origin }: Pick<DeclaredApplicationSet, 'name' | 'origin'>,
  template: ApplicationSetTemplate,
  parameters: Parameters,
): DeclaredApplication {
  const { metadata, spec } = filled(
    template as unknown as Json,
    parameters,
    '/spec/template',
  ) as unknown as ApplicationSetTemplate;
  const document = { apiVersion: API_VERSION, kind: 'Application', metadata, spec };
  const file = `ApplicationSet/${set}`;
  const bytes = new TextEncoder().encode(JSON.stringify(document));
  const { manifests, problems } = parseManifests(new Map([[`${file}: ${metadata.name}.json`, bytes]]));
  if (problems.length > 0) throw new InvalidInputError(problems);
  const [made] = manifests;
  if (made === undefined) throw new Error(`${file}: the template gives no Application`);
  return {
    name: made.metadata.name,
    // The schema of its kind has checked it.
    spec: made.spec as unknown as ApplicationSpec,
    labels: made.metadata.labels ?? {},
    annotations: made.metadata.annotations ?? {},
    origin: { kind: 'ApplicationSet', name: set },
    // Written by who runs the controller, and not by what a generator found.
    ...(origin.kind === 'folder' && !template.spec.source.repoURL.includes('{{') && { local: true as const }),
  };
}

/** Every text of a value with its parameters put in. */
export function filled(value: Json, parameters: Parameters, path: string): Json {
  if (typeof value === 'string') return fillText(value, parameters, path);
  if (Array.isArray(value)) return value.map((item, index) => filled(item, parameters, `${path}/${index}`));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter((member): member is [string, Json] => member[1] !== undefined)
      .map(([key, member]) => [key, filled(member, parameters, `${path}/${key}`)]),
  );
}

function fillText(text: string, parameters: Parameters, path: string): string {
  return text.replaceAll(PLACEHOLDER, (_whole, name: string) => {
    const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (value !== undefined) return value;
    const known = Object.keys(parameters);
    const expected = known.length === 0 ? 'there are none' : `expected one of ${known.join(', ')}`;
    throw new Error(`${path}: there is no parameter "${name}", ${expected}${didYouMean(name, known)}`);
  });
}
