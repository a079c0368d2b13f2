import { isObject, type JsonObject } from '../json.ts';
import { API_VERSION } from '../manifest.ts';
import { below } from '../pointer.ts';
import { didYouMean } from '../suggest.ts';
import { describe } from './messages.ts';
import { KINDS } from './schemas.ts';

/** The kind of a manifest, when its apiVersion and kind are ours. What is wrong goes to `problem`. */
export function checkHeader(
  value: JsonObject,
  problem: (pointer: string, message: string, part?: 'key' | 'value') => void,
): string | undefined {
  const { apiVersion, kind } = value;
  const comment = Object.keys(value).find((key) => key.startsWith('//'));
  if (comment !== undefined) {
    const message = 'found a comment with //, which neither JSON nor YAML has: take it out, or begin it with # in YAML';
    problem(below('', comment), message, 'key');
    return undefined;
  }
  if (apiVersion === undefined && kind === undefined) {
    problem('', notAManifest(value));
    return undefined;
  }
  if (apiVersion === undefined) problem('', `the field "apiVersion" is missing, expected ${API_VERSION}`);
  else if (apiVersion !== API_VERSION) {
    const ours = typeof apiVersion === 'string' && apiVersion.includes('longshore');
    const hint = ours ? '' : ': only manifests of Longshore belong here (directory.exclude leaves files out)';
    problem('/apiVersion', `found ${describe(apiVersion)}, expected ${API_VERSION}${hint}`);
    if (!ours) return undefined;
  }
  if (typeof kind !== 'string') {
    const message = kind === undefined ? 'the field "kind" is missing' : `found ${describe(kind)}`;
    problem(kind === undefined ? '' : '/kind', `${message}, expected one of ${KINDS.join(', ')}`);
    return undefined;
  }
  if (KINDS.includes(kind)) return kind;
  problem('/kind', `unknown kind "${kind}"${didYouMean(kind, KINDS) || `, expected one of ${KINDS.join(', ')}`}`);
  return undefined;
}

/** What a mapping without apiVersion and kind may be, and what to write in its place. */
function notAManifest(value: JsonObject): string {
  const keys = Object.keys(value);
  const has = (...names: readonly string[]) => names.some((name) => keys.includes(name));
  const expected = `expected a manifest with apiVersion: ${API_VERSION} and a kind`;
  if (has('taskDefinition') && isObject(value.taskDefinition)) {
    return `found {"taskDefinition": ...}, as "aws ecs describe-task-definition" prints it, ${expected}: ${serviceFrom}`;
  }
  if (has('containerDefinitions')) return `found an ECS task definition, ${expected}: ${serviceFrom}`;
  if (has('serviceName', 'services', 'service')) {
    return `found an ECS service as the AWS API has it, ${expected}: write kind: Service, metadata.name, and its fields under spec`;
  }
  const found = has('AWSTemplateFormatVersion', 'Resources')
    ? 'a CloudFormation template'
    : has('Statement')
      ? 'an IAM policy'
      : keys.length === 0
        ? 'an empty mapping'
        : `a mapping with ${keys.slice(0, 3).join(', ')}`;
  return `found ${found}, ${expected}`;
}

const serviceFrom =
  'write kind: Service, metadata.name, and its fields under spec.task, with "containers" for "containerDefinitions"';
