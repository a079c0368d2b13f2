import type { ContainerDefinition } from '../../../api/container.ts';
import type { AwsContext } from '../../../aws/context.ts';

/** A secret or parameter whose version is watched. */
export type Watched =
  /** `id`: ARN or name of a secret; `stage`: the staging label that tasks read, usually `AWSCURRENT`. */
  | { readonly in: 'SecretsManager'; readonly id: string; readonly stage: string }
  /** `names`: what the parameter may be called; an ARN does not tell `/key` from `key`. */
  | { readonly in: 'ParameterStore'; readonly names: readonly string[] };

/** Where ECS reads secrets: those of the region of the cluster. */
type Region = Pick<AwsContext, 'accountId' | 'region'>;

/** What a container reads that can get another version: secrets, secret options of its log driver, registry credentials. */
export function watchedBy(container: ContainerDefinition, region: Region): readonly Watched[] {
  const { secrets = [], logConfiguration, repositoryCredentials } = container;
  const credentials = repositoryCredentials?.credentialsParameter;
  const found = [
    ...[...secrets, ...(logConfiguration?.secretOptions ?? [])].map(({ valueFrom }) => watchedIn(valueFrom, region)),
    credentials === undefined ? undefined : secretOf(credentials, region),
  ].filter((watched) => watched !== undefined);
  return [...new Map(found.map((watched) => [JSON.stringify(watched), watched])).values()];
}

/**
 * What a `valueFrom` names. Undefined: a version that never changes, another region or account, or nothing yet.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html
 */
export function watchedIn(valueFrom: string, region: Region): Watched | undefined {
  if (valueFrom.includes('${')) return undefined;
  const [arn, , service] = valueFrom.split(':');
  if (arn === 'arn' && service === 'secretsmanager') return secretOf(valueFrom, region);
  return parameterOf(valueFrom, region);
}

/** `arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf:json-key:version-stage:version-id`, or a name. */
function secretOf(text: string, region: Region): Watched | undefined {
  if (text.includes('${')) return undefined;
  if (!text.startsWith('arn:')) return { in: 'SecretsManager', id: text, stage: CURRENT };
  const parts = text.split(':');
  const [, , , inRegion, , , , , stage, version] = parts;
  // DescribeSecret reads another account's secret where its policy says so, and another region's not at all.
  if (inRegion !== region.region || (version ?? '') !== '') return undefined;
  return { in: 'SecretsManager', id: parts.slice(0, SECRET_ARN_PARTS).join(':'), stage: stage || CURRENT };
}

const CURRENT = 'AWSCURRENT';

/** `arn`, partition, service, region, account, `secret` and name. */
const SECRET_ARN_PARTS = 7;

/** `arn:aws:ssm:eu-west-1:123456789012:parameter/shop/key`, or the name; a number or label behind it pins a version. */
function parameterOf(text: string, { accountId, region }: Region): Watched | undefined {
  if (!text.startsWith('arn:')) return text.includes(':') ? undefined : { in: 'ParameterStore', names: [text] };
  const [, , service, inRegion, account, resource = '', selector] = text.split(':');
  if (service !== 'ssm' || inRegion !== region || account !== accountId || selector !== undefined) return undefined;
  const name = resource.replace(/^parameter\//, '');
  return { in: 'ParameterStore', names: name.includes('/') ? [`/${name}`] : [name, `/${name}`] };
}
