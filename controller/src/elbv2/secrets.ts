import { GetParameterCommand } from '@aws-sdk/client-ssm';
import type { AwsContext } from '../aws/context.ts';
import { doing } from '../aws/errors.ts';
import { TerminalError } from '../core/errors.ts';
import { type AuthenticationTree, CLIENT_SECRET_TAG, type ClientSecret } from './authentication.ts';

type Tags = Readonly<Record<string, string>>;

/**
 * The client secret to send; undefined where AWS has it already. It is read for a new action, for another client, and
 * when the manifest names another parameter (GetParameter with decryption).
 */
export async function clientSecretFor(
  aws: AwsContext,
  wanted: AuthenticationTree,
  live: AuthenticationTree | undefined,
  abortSignal: AbortSignal,
): Promise<ClientSecret | undefined> {
  const oidc = wanted.authenticateOidc;
  const name = oidc?.clientSecretParameter;
  if (oidc === undefined || name === undefined) return undefined;
  const there = live?.authenticateOidc;
  if (there?.clientSecretParameter === name && there.clientId === oidc.clientId && there.issuer === oidc.issuer) {
    return undefined;
  }
  const command = new GetParameterCommand({ Name: name, WithDecryption: true });
  const { Parameter } = await doing(`GetParameter ${name}`, aws.ssm.send(command, { abortSignal }));
  if (Parameter?.Value !== undefined && Parameter.Value !== '') return { value: Parameter.Value };
  throw new TerminalError('EmptySecret', `the parameter ${name} has no value; expected the client secret`);
}

/** The tags to set besides: which parameter is in use. */
export function secretTags(action: AuthenticationTree): Tags {
  const name = action.authenticateOidc?.clientSecretParameter;
  return name === undefined ? {} : { [CLIENT_SECRET_TAG]: name };
}
