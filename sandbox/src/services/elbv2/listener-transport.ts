import type { CreateListenerInput, ModifyListenerInput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../kernel/service.ts';
import { defaultSslPolicy, sslPolicyNames } from './ssl-policies.ts';
import type { ListenerState } from './state.ts';

/** How clients connect to a listener. */
export type Transport = Pick<
  ListenerState,
  'protocol' | 'sslPolicy' | 'certificate' | 'alpnPolicy' | 'mutualAuthentication'
>;

type Settings = Pick<
  CreateListenerInput & ModifyListenerInput,
  'SslPolicy' | 'Certificates' | 'AlpnPolicy' | 'MutualAuthentication'
>;

const protocols = { application: ['HTTP', 'HTTPS'], network: ['TCP', 'TLS', 'UDP', 'TCP_UDP'] } as const;

/**
 * Checks protocol, certificate and policies of a listener and fills in defaults. A listener that is no longer HTTPS or
 * TLS loses certificate and policy.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyListener.html
 * @throws AwsError ValidationError, CertificateNotFound, SSLPolicyNotFound, ALPNPolicyNotSupported
 */
export function checkTransport(
  type: 'application' | 'network',
  protocol: string,
  input: Settings,
  before?: Transport,
): Transport {
  const allowed: readonly string[] = protocols[type];
  if (!allowed.includes(protocol)) {
    throw new AwsError('ValidationError', `Listener protocol '${protocol}' must be one of '${allowed.join(', ')}'`);
  }
  if (protocol !== 'HTTPS' && protocol !== 'TLS') {
    if (input.Certificates?.length) {
      throw new AwsError('InvalidConfigurationRequest', `Certificates cannot be specified for ${protocol} listeners`);
    }
    return { protocol };
  }
  const certificate = checkCertificate(protocol, input, before);
  const sslPolicy = input.SslPolicy ?? before?.sslPolicy ?? defaultSslPolicy;
  if (!sslPolicyNames.includes(sslPolicy))
    throw new AwsError('SSLPolicyNotFound', `SSL policy '${sslPolicy}' not found`);
  const alpnPolicy = input.AlpnPolicy ?? before?.alpnPolicy;
  if (alpnPolicy && protocol === 'HTTPS') {
    throw new AwsError('ALPNPolicyNotSupported', 'ALPN policies are only supported on TLS listeners');
  }
  const mutualAuthentication = mutualOf(input.MutualAuthentication) ?? before?.mutualAuthentication ?? { Mode: 'off' };
  return {
    protocol,
    sslPolicy,
    certificate,
    ...(alpnPolicy ? { alpnPolicy: [...alpnPolicy] } : {}),
    ...(protocol === 'HTTPS' ? { mutualAuthentication } : {}),
  };
}

/** There are no trust stores to ask: any ARN exists. */
function mutualOf(given: Settings['MutualAuthentication']): Transport['mutualAuthentication'] {
  if (!given?.Mode) return undefined;
  if (given.Mode !== 'verify') return { Mode: given.Mode };
  if (!given.TrustStoreArn) {
    throw new AwsError(
      'ValidationError',
      "A trust store ARN must be specified for mutual authentication mode 'verify'",
    );
  }
  return {
    Mode: given.Mode,
    TrustStoreArn: given.TrustStoreArn,
    IgnoreClientCertificateExpiry: given.IgnoreClientCertificateExpiry ?? false,
    AdvertiseTrustStoreCaNames: given.AdvertiseTrustStoreCaNames ?? 'off',
  };
}

function checkCertificate(protocol: string, input: Settings, before: Transport | undefined): string {
  const given = input.Certificates?.map((certificate) => certificate.CertificateArn ?? '');
  if (given && given.length > 1)
    throw new AwsError('ValidationError', 'Only one default certificate can be specified for a listener');
  const arn = given?.[0] ?? before?.certificate;
  if (!arn) throw new AwsError('ValidationError', `A certificate must be specified for ${protocol} listeners`);
  checkCertificateArn(arn);
  return arn;
}

/** Checks that an ARN is one of a certificate of ACM or IAM; there is no ACM to ask for it. @throws AwsError CertificateNotFound */
export function checkCertificateArn(arn: string): void {
  if (!/^arn:[a-z-]+:(acm:[a-z0-9-]+:\d{12}:certificate|iam::\d{12}:server-certificate)\/.+$/.test(arn)) {
    throw new AwsError('CertificateNotFound', `Certificate '${arn}' not found`);
  }
}
