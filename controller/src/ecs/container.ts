import type { Json, JsonObject } from '../core/json.ts';
import { objectOf, objectsIn, sorted, sortedBy, withDefaults, withoutBlanks } from './tree.ts';

/** Documented defaults of a container definition that ECS may or may not echo. */
const DEFAULTS: JsonObject = {
  cpu: 0,
  essential: true,
  readonlyRootFilesystem: false,
  privileged: false,
  disableNetworking: false,
  interactive: false,
  pseudoTerminal: false,
  versionConsistency: 'enabled',
};

/**
 * The canonical form of a container definition, declared or live: defaults filled in, nothing empty, lists whose order
 * means nothing sorted. A live value that is not the default of an omitted field stays, and shows as a difference.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
 */
export function canonicalContainer(container: object, networkMode: string): JsonObject {
  const given = withoutBlanks(objectOf(container));
  return objectOf({
    ...DEFAULTS,
    ...given,
    portMappings: sorted(objectsIn(given['portMappings']).map((mapping) => canonicalPort(mapping, networkMode))),
    environment: sortedBy(
      'name',
      objectsIn(given['environment']).map((variable) => ({ value: '', ...variable })),
    ),
    environmentFiles: objectsIn(given['environmentFiles']).map((file) => ({ type: 's3', ...file })),
    secrets: sortedBy('name', objectsIn(given['secrets'])),
    mountPoints: sorted(objectsIn(given['mountPoints']).map(readOnly)),
    volumesFrom: sorted(objectsIn(given['volumesFrom']).map(readOnly)),
    links: sorted(given['links']),
    ulimits: sortedBy('name', objectsIn(given['ulimits'])),
    systemControls: sortedBy('namespace', objectsIn(given['systemControls'])),
    resourceRequirements: sorted(given['resourceRequirements']),
    healthCheck: withDefaults(given['healthCheck'], { interval: 30, timeout: 5, retries: 3, startPeriod: 0 }),
    restartPolicy: canonicalRestartPolicy(given['restartPolicy']),
    logConfiguration: canonicalLogs(given['logConfiguration']),
    linuxParameters: canonicalLinux(given['linuxParameters']),
  });
}

/** With awsvpc and host the host port is the container port; in bridge mode 0 means any. */
function canonicalPort(mapping: JsonObject, networkMode: string): JsonObject {
  const given = withoutBlanks(mapping);
  const same = networkMode === 'awsvpc' || networkMode === 'host';
  const hostPort = given['hostPort'] ?? 0;
  const filled = same && hostPort === 0 ? given['containerPort'] : hostPort;
  // A range of ports has no single host port.
  const port = given['containerPortRange'] === undefined ? { hostPort: filled } : {};
  return objectOf({ protocol: 'tcp', ...given, ...port });
}

function readOnly(item: JsonObject): JsonObject {
  return { readOnly: false, ...item };
}

function canonicalRestartPolicy(value: Json | undefined): JsonObject | undefined {
  const policy = withDefaults(value, { restartAttemptPeriod: 300 });
  return policy && { ...policy, ignoredExitCodes: sorted(policy['ignoredExitCodes']) };
}

/** Also of Service Connect and its proxy. */
export function canonicalLogs(value: Json | undefined): JsonObject | undefined {
  const logs = withDefaults(value, {});
  return logs && { ...logs, secretOptions: sortedBy('name', objectsIn(logs['secretOptions'])) };
}

function canonicalLinux(value: Json | undefined): JsonObject | undefined {
  const linux = withDefaults(value, { initProcessEnabled: false });
  if (linux === undefined) return undefined;
  const capabilities = withDefaults(linux['capabilities'], {});
  const filled = {
    ...linux,
    capabilities: capabilities && { add: sorted(capabilities['add']), drop: sorted(capabilities['drop']) },
    devices: objectsIn(linux['devices']).map((device) => ({
      containerPath: device['hostPath'],
      ...device,
      permissions: sorted(device['permissions'] ?? ['read', 'write', 'mknod']),
    })),
  };
  // An empty LinuxParameters and none are the same.
  const { initProcessEnabled, ...rest } = objectOf(filled);
  return initProcessEnabled === false && Object.keys(rest).length === 0 ? undefined : objectOf(filled);
}
