import type { ContainerDefinition } from '../../api/container.ts';
import type { TaskTemplate } from '../../api/task.ts';
import { readDecision, readParameter, readSecret, readSecretKeys } from '../../aws/reads.ts';
import type { PreflightFinding } from '../../core/driver.ts';
import { didYouMean } from '../../core/suggest.ts';
import { type Around, type Check, error, isOpen, looked, unchecked, warning } from './look.ts';

/** A secret or parameter that a container gets, with the place of its name. */
interface Value {
  readonly path: string;
  readonly valueFrom: string;
}

/**
 * Whether every secret and parameter exists, and the execution role may read it.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html
 */
export async function checkSecrets(task: TaskTemplate, around: Around): Promise<readonly PreflightFinding[]> {
  const values = task.containers.flatMap((container, index) => valuesOf(container, `/task/containers/${index}`));
  const found = values
    .filter(({ valueFrom }) => !isOpen(valueFrom))
    .map(({ path, valueFrom }) =>
      isSecret(valueFrom)
        ? checkSecret(path, valueFrom, task.executionRole, around)
        : checkParameter(path, valueFrom, task.executionRole, around),
    );
  return (await Promise.all(found)).flat();
}

function valuesOf(container: ContainerDefinition, path: string): readonly Value[] {
  const { secrets = [], logConfiguration, repositoryCredentials } = container;
  const at = (list: readonly { readonly valueFrom: string }[], where: string): readonly Value[] =>
    list.map(({ valueFrom }, index) => ({ path: `${path}/${where}/${index}/valueFrom`, valueFrom }));
  const credentials = repositoryCredentials?.credentialsParameter;
  return [
    ...at(secrets, 'secrets'),
    ...at(logConfiguration?.secretOptions ?? [], 'logConfiguration/secretOptions'),
    ...(credentials === undefined
      ? []
      : [{ path: `${path}/repositoryCredentials/credentialsParameter`, valueFrom: credentials }]),
  ];
}

function isSecret(valueFrom: string): boolean {
  return valueFrom.split(':')[2] === 'secretsmanager';
}

/** `arn`, partition, service, region, account, `secret` and name. */
const SECRET_ARN_PARTS = 7;

async function checkSecret(
  path: string,
  valueFrom: string,
  role: string | undefined,
  around: Around,
): Promise<readonly PreflightFinding[]> {
  const parts = valueFrom.split(':');
  const id = parts.slice(0, SECRET_ARN_PARTS).join(':');
  const [key = '', stage = '', version = ''] = parts.slice(SECRET_ARN_PARTS);
  const check: Check = { check: 'Secret', path };
  const exists = looked(check, 'secretsmanager:DescribeSecret', async () => {
    if (parts[3] !== around.aws.region) return [unchecked(`unchecked: ${id} is in another region`)];
    const secret = await readSecret(around.pass, id);
    if (secret === undefined) return [error(`${id} does not exist`)];
    if (secret.DeletedDate !== undefined) return [error(`${id} is scheduled for deletion: restore it`)];
    const versions = secret.VersionIdsToStages ?? {};
    const wanted = version === '' ? stage || 'AWSCURRENT' : version;
    const isThere =
      version === '' ? Object.values(versions).some((stages) => stages.includes(wanted)) : version in versions;
    return isThere ? [] : [error(`${id} has no version ${wanted}: give it a value`)];
  });
  const readable = mayRead({ check: 'SecretAccess', path }, 'secretsmanager:GetSecretValue', id, role, around);
  const missing = await exists;
  const keyed = key === '' || missing.length > 0 ? [] : await checkKey(path, key, { id, stage, version }, around);
  return [...missing, ...keyed, ...(await readable)];
}

interface Version {
  readonly id: string;
  readonly stage: string;
  readonly version: string;
}

/** Whether the value has a key, which only a role that may read values can tell. Of them nothing but names is seen here. */
async function checkKey(
  path: string,
  key: string,
  { id, stage, version }: Version,
  { pass, secretReaderRole: role }: Around,
): Promise<readonly PreflightFinding[]> {
  const check: Check = { check: 'SecretKey', path };
  const name = nameOf(id);
  if (role === undefined) {
    const how = 'an Application may name a role that reads it in spec.destination.preflight.secretReaderRole';
    return [{ ...check, ...unchecked(`unchecked: whether ${name} has the JSON key "${key}"; ${how}`) }];
  }
  return looked(check, `secretsmanager:GetSecretValue as ${role}`, async () => {
    const found = await readSecretKeys(pass, { role, secret: id, stage, version });
    if (found === undefined) return [];
    if (found.form === 'other') return [error(`${name} has no JSON key "${key}": its value is no JSON object`)];
    return found.keys.includes(key) ? [] : [error(`${name} has no JSON key "${key}"${didYouMean(key, found.keys)}`)];
  });
}

function nameOf(arn: string): string {
  return arn.split(':').at(-1) ?? arn;
}

async function checkParameter(
  path: string,
  valueFrom: string,
  role: string | undefined,
  around: Around,
): Promise<readonly PreflightFinding[]> {
  const { aws, pass } = around;
  const names = parameterNames(valueFrom);
  const region = valueFrom.startsWith('arn:') ? valueFrom.split(':')[3] : aws.region;
  const exists = looked({ check: 'Parameter', path }, 'ssm:DescribeParameters', async () => {
    if (region !== aws.region) return [unchecked(`unchecked: ${valueFrom} is in another region`)];
    const found = await Promise.all(names.map((name) => readParameter(pass, name)));
    return found.some((one) => one !== undefined) ? [] : [error(`parameter ${names.join(' or ')} does not exist`)];
  });
  const arn = `arn:${aws.partition}:ssm:${aws.region}:${aws.accountId}:parameter/${(names[0] ?? '').replace(/^\//u, '')}`;
  const readable = mayRead({ check: 'ParameterAccess', path }, 'ssm:GetParameters', arn, role, around);
  return [...(await exists), ...(await readable)];
}

/** What the parameter may be called: an ARN does not tell `/key` from `key`. */
function parameterNames(valueFrom: string): readonly string[] {
  if (!valueFrom.startsWith('arn:')) return [valueFrom.split(':')[0] ?? valueFrom];
  const name = (valueFrom.split(':')[5] ?? '').replace(/^parameter\//u, '');
  return name.includes('/') ? [`/${name}`] : [name, `/${name}`];
}

/**
 * What the policies of the execution role say. A policy of the secret itself may allow what they do not, which the
 * simulation does not see: https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
async function mayRead(
  check: Check,
  action: string,
  resource: string,
  role: string | undefined,
  { aws, pass }: Around,
): Promise<readonly PreflightFinding[]> {
  if (role === undefined) return [{ ...check, ...error('the task has no executionRole, which ECS reads it with') }];
  if (isOpen(role)) return [];
  const arn = role.startsWith('arn:') ? role : `arn:${aws.partition}:iam::${aws.accountId}:role/${role}`;
  return looked(check, 'iam:SimulatePrincipalPolicy', async () => {
    const decision = await readDecision(pass, { role: arn, action, resource }).catch((failure: unknown) => {
      // That the role is not there is a finding of its own.
      if (failure instanceof Error && /NoSuchEntity/u.test(failure.message)) return undefined;
      throw failure;
    });
    if (decision === 'explicitDeny') return [error(`role ${arn} is denied ${action} on ${resource}`)];
    if (decision !== 'implicitDeny') return [];
    return [warning(`no policy of role ${arn} allows ${action} on ${resource}; a policy of the resource may`)];
  });
}
