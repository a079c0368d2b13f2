import type { ApplicationSpec } from '../../api/application.ts';
import { PREFLIGHT_SID } from '../../ecs/preflight/iam.ts';
import type { Destination, IamStatement } from '../../kinds/kind.ts';
import { offlineKinds } from '../../kinds/offline.ts';
import { applicationInput } from '../application-input.ts';
import { instanceOf } from '../instance.ts';
import type { Io } from '../io.ts';
import { isLocalPath } from '../local-path.ts';
import { openSources } from '../sources.ts';
import type { Target } from '../target.ts';
import { eventRights } from './events.ts';
import { type PolicyDocument, policyOf } from './policy.ts';

/**
 * The policy for an Application. An account or region that is not known becomes `*`, which IAM takes in ARNs.
 * @throws InvalidInputError when the manifests are not valid.
 */
export async function policyFor(
  target: Target,
  { account, events = false }: { readonly account?: string; readonly events?: boolean },
  io: Io,
): Promise<PolicyDocument> {
  const source = openSources(io).open(asItLiesThere(target.spec), { name: target.name, trusted: true });
  const interruption = io.interruption();
  try {
    const fetched = await source.fetch(interruption.signal);
    const destination = {
      accountId: account ?? target.spec.destination?.accountId ?? '*',
      region: target.spec.destination?.region ?? io.env.AWS_REGION ?? io.env.AWS_DEFAULT_REGION ?? '*',
    };
    const { input } = applicationInput(target, fetched, destination, source.folder);
    const statements = input.manifests.flatMap(
      (manifest) => offlineKinds.get(manifest.kind)?.iam(manifest.spec, target.name, destination) ?? [],
    );
    const reading = events ? eventRights(instanceOf(io), destination) : [];
    const looking = secretReading(target.spec);
    return policyOf([...statements, ...ownRecords(target.name, destination), ...reading, ...looking]);
  } finally {
    interruption.dispose();
  }
}

/** Of a local repository the working tree, as `validate` reads it: a policy is wanted before the commit. */
function asItLiesThere(spec: ApplicationSpec): ApplicationSpec {
  const { targetRevision: _, ...source } = spec.source;
  return isLocalPath(source.repoURL) ? { ...spec, source } : spec;
}

/** Of pre-flight: becoming the role that may read values of secrets. */
function secretReading({ destination }: ApplicationSpec): readonly IamStatement[] {
  const role = destination?.preflight?.secretReaderRole;
  return role === undefined ? [] : [{ sid: PREFLIGHT_SID, actions: ['sts:AssumeRole'], resources: [role] }];
}

/** What the engine keeps in the account besides the resources: the Application's inventory, in SSM parameters. */
function ownRecords(application: string, { accountId, region }: Destination): readonly IamStatement[] {
  const parameters = `arn:*:ssm:${region}:${accountId}:parameter/longshore/*/${application}`;
  return [
    {
      actions: ['ssm:GetParametersByPath', 'ssm:PutParameter', 'ssm:DeleteParameters'],
      resources: [parameters, `${parameters}/*`],
    },
  ];
}
