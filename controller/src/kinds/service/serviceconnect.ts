import type { ServiceConnectConfiguration } from '@aws-sdk/client-ecs';
import type { ServiceConnect } from '../../api/serviceconnect.ts';
import type { JsonObject } from '../../core/json.ts';
import { canonicalLogs } from '../../ecs/container.ts';
import { objectOf, objectsIn, sortedBy, withDefaults } from '../../ecs/tree.ts';

/** Canonical form of `spec.serviceConnect`; switched off is the same as not there. */
export function canonicalConnect(spec: ServiceConnect | undefined): JsonObject | undefined {
  if (spec === undefined || spec.enabled === false) return undefined;
  const given = objectOf(spec);
  return objectOf({
    ...given,
    enabled: true,
    services: sortedBy('portName', objectsIn(given['services']).map(canonicalEntry)),
    logConfiguration: canonicalLogs(given['logConfiguration']),
    accessLogConfiguration: withDefaults(given['accessLogConfiguration'], { includeQueryParameters: 'DISABLED' }),
  });
}

/** Canonical form of the live one, which only the PRIMARY deployment shows. */
export function canonicalLiveConnect(
  live: ServiceConnectConfiguration | undefined,
  declared: ServiceConnect | undefined,
): JsonObject | undefined {
  if (live === undefined || live.enabled !== true) return undefined;
  const given = objectOf(live);
  return objectOf({
    ...given,
    namespace: namespaceInWords(live.namespace, declared?.namespace),
    services: sortedBy('portName', objectsIn(given['services']).map(liveEntry).map(canonicalEntry)),
    logConfiguration: canonicalLogs(given['logConfiguration']),
    accessLogConfiguration: withDefaults(given['accessLogConfiguration'], { includeQueryParameters: 'DISABLED' }),
  });
}

/** A namespace that is declared by its name may read back as an ARN, which does not hold the name: nothing to compare. */
function namespaceInWords(live: string | undefined, declared: string | undefined): string | undefined {
  const comparable = declared === undefined || declared.startsWith('arn:') || !live?.startsWith('arn:');
  return comparable ? live : declared;
}

function canonicalEntry(entry: JsonObject): JsonObject {
  return objectOf({ discoveryName: entry['portName'], ...entry });
}

/** TLS without the level that the API puts around the authority's ARN. */
function liveEntry(entry: JsonObject): JsonObject {
  const { issuerCertificateAuthority, ...tls } = objectOf(entry['tls']);
  return objectOf({ ...entry, tls: { ...tls, ...objectOf(issuerCertificateAuthority) } });
}

/** What the API is sent. Service Connect is taken away by switching it off. */
export function renderConnect(spec: ServiceConnect | undefined): ServiceConnectConfiguration {
  if (spec === undefined || spec.enabled === false) return { enabled: false };
  const services = spec.services?.map(({ tls, ...entry }) => ({
    ...entry,
    ...(tls === undefined
      ? {}
      : {
          tls: objectOf({
            issuerCertificateAuthority: { awsPcaAuthorityArn: tls.awsPcaAuthorityArn },
            kmsKey: tls.kmsKey,
            roleArn: tls.roleArn,
          }),
        }),
  }));
  return { ...objectOf({ ...spec, services }), enabled: true };
}
