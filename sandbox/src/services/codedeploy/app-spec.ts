import { createHash } from 'node:crypto';
import type { RevisionLocation } from '@aws-sdk/client-codedeploy';
import { parse } from 'yaml';
import { AwsError } from '../../kernel/service.ts';
import type { AppSpec } from './state.ts';

/** Lifecycle events that a function can be run at: the AppSpec reference, "List of lifecycle event hooks". */
const hookEvents: readonly string[] = [
  'BeforeInstall',
  'AfterInstall',
  'AfterAllowTestTraffic',
  'BeforeAllowTraffic',
  'AfterAllowTraffic',
];

/** A revision with its content and the hash of that. @throws AwsError RevisionRequiredException, InvalidRevisionException, RevisionDoesNotExistException */
export function checkRevision(revision: RevisionLocation | undefined): RevisionLocation {
  if (!revision?.revisionType) throw new AwsError('RevisionRequiredException', 'RevisionLocation must be specified');
  const member = revision.revisionType === 'String' ? 'string' : 'appSpecContent';
  if (revision.revisionType === 'S3') {
    throw new AwsError('RevisionDoesNotExistException', 'The sandbox has no S3: give the AppSpec as AppSpecContent');
  }
  if (revision.revisionType === 'GitHub') {
    throw new AwsError('InvalidRevisionException', 'Revisions of GitHub are for EC2/On-Premises deployments only');
  }
  const { content, sha256 } = revision[member] ?? {};
  if (!content) throw new AwsError('InvalidRevisionException', `${member}.content must be specified`);
  const digest = createHash('sha256').update(content).digest('hex');
  if (sha256 !== undefined && sha256.toLowerCase() !== digest) {
    throw new AwsError('InvalidRevisionException', `The SHA256 hash of the content is ${digest}, not ${sha256}`);
  }
  return { revisionType: revision.revisionType, [member]: { content, sha256: digest } };
}

/**
 * Reads an AppSpec of JSON or YAML.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
 *
 * @throws Error that says what is wrong
 */
export function parseAppSpec(revision: RevisionLocation): AppSpec {
  const content = revision.appSpecContent?.content ?? revision.string?.content ?? '';
  // Every JSON text is a YAML text.
  const spec = fields(parse(content), 'the AppSpec');
  const resources = list(spec['resources'], 'Resources');
  const [resource, ...others] = resources.map((one) =>
    fields(fields(one, 'Resources')['targetservice'], 'TargetService'),
  );
  if (!resource || others.length > 0) throw new Error('Resources must have exactly one TargetService');
  if (resource['type'] !== 'AWS::ECS::Service') {
    throw new Error(`the Type of TargetService must be AWS::ECS::Service, it is ${JSON.stringify(resource['type'])}`);
  }
  const properties = fields(resource['properties'], 'Properties');
  const balancer = fields(properties['loadbalancerinfo'], 'LoadBalancerInfo');
  const platformVersion = properties['platformversion'];
  return {
    taskDefinition: text(properties['taskdefinition'], 'TaskDefinition'),
    containerName: text(balancer['containername'], 'ContainerName'),
    containerPort: port(balancer['containerport']),
    // An empty text means the default, as the console's template has it.
    ...(platformVersion ? { platformVersion: text(platformVersion, 'PlatformVersion') } : {}),
    ...networkOf(properties['networkconfiguration']),
    ...strategyOf(properties['capacityproviderstrategy']),
    hooks: hooksOf(spec['hooks']),
  };
}

/** "All or none of the settings under NetworkConfiguration must be specified." */
function networkOf(value: unknown): Pick<AppSpec, 'network'> {
  if (!value) return {};
  const vpc = fields(fields(value, 'NetworkConfiguration')['awsvpcconfiguration'], 'AwsvpcConfiguration');
  const subnets = texts(vpc['subnets'], 'Subnets');
  const securityGroups = texts(vpc['securitygroups'], 'SecurityGroups');
  const assignPublicIp = vpc['assignpublicip'] || undefined;
  const given = [subnets.length > 0, securityGroups.length > 0, assignPublicIp !== undefined];
  if (!given.includes(true)) return {};
  if (given.includes(false)) {
    throw new Error('all or none of Subnets, SecurityGroups and AssignPublicIp must be specified');
  }
  if (assignPublicIp !== 'ENABLED' && assignPublicIp !== 'DISABLED') {
    throw new Error(`AssignPublicIp must be ENABLED or DISABLED, it is ${JSON.stringify(assignPublicIp)}`);
  }
  return { network: { subnets, securityGroups, assignPublicIp } };
}

function strategyOf(value: unknown): Pick<AppSpec, 'capacityProviderStrategy'> {
  if (!value) return {};
  const items = list(value, 'CapacityProviderStrategy').map((one) => fields(one, 'CapacityProviderStrategy'));
  if (items.length === 0) return {};
  return {
    capacityProviderStrategy: items.map((item) => ({
      capacityProvider: text(item['capacityprovider'], 'CapacityProvider'),
      ...(item['weight'] === undefined ? {} : { weight: Number(item['weight']) }),
      ...(item['base'] === undefined ? {} : { base: Number(item['base']) }),
    })),
  };
}

function hooksOf(value: unknown): Record<string, string> {
  const hooks: Record<string, string> = {};
  for (const one of value ? list(value, 'Hooks') : []) {
    for (const [name, called] of Object.entries(fields(one, 'Hooks'))) {
      const event = hookEvents.find((known) => known.toLowerCase() === name);
      if (event === undefined) throw new Error(`there is no hook ${name}; there are ${hookEvents.join(', ')}`);
      hooks[event] = text(called, event);
    }
  }
  return hooks;
}

/** The members of an object, by their names in small letters: documents write them both ways. */
function fields(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${where} must be an object`);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name.toLowerCase(), member as unknown]));
}

function list(value: unknown, where: string): unknown[] {
  if (!Array.isArray(value)) throw new Error(`${where} must be a list`);
  return value;
}

function texts(value: unknown, where: string): string[] {
  return value
    ? list(value, where)
        .filter((one) => one !== '')
        .map((one) => text(one, where))
    : [];
}

function text(value: unknown, where: string): string {
  if (typeof value !== 'string' || value === '') throw new Error(`${where} must be a text`);
  return value;
}

function port(value: unknown): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > 65_535) {
    throw new Error(`ContainerPort must be a number from 1 to 65535, it is ${JSON.stringify(value)}`);
  }
  return number;
}
