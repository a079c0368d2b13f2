import * as ecs from '@aws-sdk/client-ecs';
import * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2';
import { randomUUID } from 'node:crypto';
import { deref, NormalizedSchema } from '@smithy/core/schema';
import type { UserIdentity } from '../../kernel/identity.ts';
import type { ServiceCall, Trail } from '../../kernel/ports.ts';
import type { Scope, World } from '../../kernel/world.ts';
import { isOperation } from '../../wire/static-schema.ts';
import { roleId } from '../sts/roles.ts';
import { recorded } from './parameters.ts';
import { recordCall } from './record.ts';

/** The APIs that services call for their users. */
const sdks: Readonly<Record<string, object>> = { ecs, elasticloadbalancing: elbv2 };

/** What services of this world tell CloudTrail. */
export function trailPort(world: World): Trail {
  return {
    recordServiceCall(scope, call) {
      const [input, output] = schemasOf(call);
      recordCall(world, {
        service: call.service,
        operation: call.operation,
        scope,
        at: world.clock.now(),
        identity: identityOf(world, scope, call),
        requestID: randomUUID(),
        // "For actions that are made by AWS services, only the DNS name of the service is displayed."
        sourceIPAddress: call.by,
        userAgent: call.by,
        parameters: recorded(input, call.input) as object,
        elements: recorded(output, call.output) as object,
      });
    },
  };
}

function schemasOf({ service, operation }: ServiceCall): [NormalizedSchema, NormalizedSchema] {
  const schema = Object.entries(sdks[service] ?? {}).find(([name]) => name === `${operation}$`)?.[1] as unknown;
  if (!isOperation(schema)) throw new Error(`${service} has no operation ${operation}`);
  return [NormalizedSchema.of(deref(schema[4])), NormalizedSchema.of(deref(schema[5]))];
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html, invokedBy */
function identityOf(world: World, { accountId }: Scope, { by, role, session, roleArn }: ServiceCall): UserIdentity {
  const arn = roleArn ?? `arn:aws:iam::${accountId}:role/aws-service-role/${by}/${role}`;
  const principalId = roleId(arn);
  const creationDate = `${new Date(world.clock.now()).toISOString().slice(0, 19)}Z`;
  return {
    type: 'AssumedRole',
    principalId: `${principalId}:${session}`,
    arn: `arn:aws:sts::${accountId}:assumed-role/${role}/${session}`,
    accountId,
    sessionContext: {
      sessionIssuer: { type: 'Role', principalId, arn, accountId, userName: role },
      webIdFederationData: {},
      attributes: { creationDate, mfaAuthenticated: 'false' },
    },
    invokedBy: by,
  };
}
