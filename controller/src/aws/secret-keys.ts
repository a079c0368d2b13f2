import type { SecretsManagerClient, SecretsManagerServiceException } from '@aws-sdk/client-secrets-manager';
import { isObject } from '../core/json.ts';
import { assume } from './assume-role.ts';
import { installRules } from './calls.ts';
import type { ClientSettings } from './context.ts';

/** A version of a secret, and who may read it. */
export interface SecretToLookInto {
  /** ARN of the role. */
  readonly role: string;
  /** ARN of the secret. */
  readonly secret: string;
  /** Staging label; empty with a version, or for AWSCURRENT. */
  readonly stage: string;
  /** Id of the version; empty for the one that has the label. */
  readonly version: string;
}

/** What is known of a secret's value. */
export type SecretKeys =
  | { readonly form: 'object'; readonly keys: readonly string[] }
  /** Bytes, or text that is no JSON object: nothing that has keys. */
  | { readonly form: 'other' };

/** The shortest that STS gives: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const SESSION_SECONDS = 900;

/**
 * Reads the names of the keys in a secret's JSON object, as a role that is assumed for this one read: its session may read
 * this secret and nothing else, whatever the role may. The value does not leave this function: it is in no result, no error,
 * no log and no span.
 * @throws TerminalError `RoleRefused`; AWS's own error when it refuses the read.
 */
export async function secretKeysOf(
  settings: ClientSettings,
  { role, secret, stage, version }: SecretToLookInto,
  abort: { readonly abortSignal: AbortSignal },
): Promise<SecretKeys> {
  const [{ STSClient }, { SecretsManagerClient, GetSecretValueCommand }] = await Promise.all([
    import('@aws-sdk/client-sts'),
    import('@aws-sdk/client-secrets-manager'),
  ]);
  const { config, rules } = settings;
  const sts = new STSClient(config);
  installRules(sts.middlewareStack, 'sts', rules);
  let client: SecretsManagerClient | undefined;
  try {
    const policy = policyFor(secret);
    const session = { arn: role, sessionName: 'longshore-preflight', policy, durationSeconds: SESSION_SECONDS };
    client = new SecretsManagerClient({ ...config, credentials: await assume(sts, session) });
    // Counted as every call; but nothing stands around it that could see the answer, or write down an error that quotes it.
    installRules(client.middlewareStack, 'secretsmanager', { ...rules, middleware: [] });
    const wanted = version === '' ? { VersionStage: stage || 'AWSCURRENT' } : { VersionId: version };
    const { SecretString } = await client
      .send(new GetSecretValueCommand({ SecretId: secret, ...wanted }), abort)
      .catch((error: unknown) => {
        throw withoutAnswer(error);
      });
    return keysIn(SecretString);
  } finally {
    client?.destroy();
    sts.destroy();
  }
}

/**
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session. An ARN may lack the six random
 * characters at its end. A key of one's own in KMS is asked for through Secrets Manager alone.
 */
function policyFor(secret: string): string {
  const kms = { StringLike: { 'kms:ViaService': 'secretsmanager.*' } };
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: [secret, `${secret}-??????`] },
      { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*', Condition: kms },
    ],
  });
}

/** The words of an error by AWS are AWS's. Those of any other, such as of an answer that cannot be parsed, may quote it. */
function withoutAnswer(error: unknown): Error {
  if (!(error instanceof Error)) return new Error('the secret could not be read');
  if (error.name === 'AbortError') return error;
  const { $fault, $metadata } = error as Partial<SecretsManagerServiceException>;
  const safe = new Error($fault === undefined ? 'no answer that can be read' : error.message);
  safe.name = error.name;
  if ($fault === undefined) return safe;
  return Object.assign(safe, { $fault, $metadata: { httpStatusCode: $metadata?.httpStatusCode } });
}

function keysIn(text: string | undefined): SecretKeys {
  let value: unknown;
  try {
    value = text === undefined ? undefined : (JSON.parse(text) as unknown);
  } catch {
    // The error would quote the text.
  }
  return isObject(value) ? { form: 'object', keys: Object.keys(value) } : { form: 'other' };
}
