import { join, posix } from 'node:path';
import { stringify } from 'yaml';
import { TerminalError } from '../../core/errors.ts';
import type { KustomizeOptions } from './rendering.ts';
import type { Workplace } from './workplace.ts';

const DIGEST = /@(sha256:[0-9a-f]{64})$/;

/**
 * Arguments for `kustomize build` of a folder of the workplace. What the spec sets is a kustomization of ours on top of
 * the repository's, which is not changed. Throws a TerminalError for an image that cannot be read.
 */
export async function kustomizeArguments(
  place: Workplace,
  path: string,
  options: KustomizeOptions,
): Promise<readonly string[]> {
  const restricted = '--load-restrictor=LoadRestrictionsRootOnly';
  const { namePrefix, nameSuffix, images = [], commonLabels, commonAnnotations } = options;
  const overlay = {
    ...(namePrefix !== undefined && { namePrefix }),
    ...(nameSuffix !== undefined && { nameSuffix }),
    ...(images.length > 0 && { images: images.map((image) => imageOf(image)) }),
    ...(commonLabels !== undefined && { labels: [{ pairs: commonLabels, includeSelectors: false }] }),
    ...(commonAnnotations !== undefined && { commonAnnotations }),
  };
  if (Object.keys(overlay).length === 0) return [join(place.tree, path), restricted];
  const file = await place.write(
    'kustomization.yaml',
    stringify({
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      resources: [posix.join('..', 'tree', path)],
      ...overlay,
    }),
  );
  return [join(file, '..'), restricted];
}

/** https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/ */
function imageOf(text: string): Readonly<Record<string, string>> {
  const equals = text.indexOf('=');
  const digest = DIGEST.exec(text)?.[1];
  const rest = (equals === -1 ? text : text.slice(equals + 1)).replace(DIGEST, '');
  // A colon before the last slash belongs to the port of a registry.
  const colon = rest.indexOf(':', rest.lastIndexOf('/') + 1);
  const newName = colon === -1 ? rest : rest.slice(0, colon);
  const newTag = colon === -1 ? undefined : rest.slice(colon + 1);
  const name = equals === -1 ? newName : text.slice(0, equals);
  const complete = digest !== undefined || newTag !== undefined || equals !== -1;
  if (name === '' || newName === '' || newTag === '' || rest.includes('@') || !complete) {
    throw new TerminalError(
      'RenderRefused',
      `kustomize.images: "${text}" is not name:newTag, name=newName:newTag, name@sha256:... or name=newName@sha256:...`,
    );
  }
  return {
    name,
    ...(equals !== -1 && { newName }),
    ...(newTag !== undefined && { newTag }),
    ...(digest !== undefined && { digest }),
  };
}
