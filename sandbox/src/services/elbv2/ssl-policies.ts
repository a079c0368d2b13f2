import type {
  DescribeSSLPoliciesInput,
  DescribeSSLPoliciesOutput,
  SslPolicy,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../kernel/service.ts';

/** What HTTPS and TLS listeners get that name none. */
export const defaultSslPolicy = 'ELBSecurityPolicy-2016-08';

const oneThree = ['TLSv1.3'];
const fromTwo = ['TLSv1.2', 'TLSv1.3'];
const onlyTwo = ['TLSv1.2'];
const oneOne = ['TLSv1.1', 'TLSv1.2'];
const oneZero = ['TLSv1', 'TLSv1.1', 'TLSv1.2'];

/** Protocols by policy: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html */
const protocols: Readonly<Record<string, readonly string[]>> = {
  'ELBSecurityPolicy-2016-08': oneZero,
  'ELBSecurityPolicy-TLS13-1-3-2021-06': oneThree,
  'ELBSecurityPolicy-TLS13-1-2-2021-06': fromTwo,
  'ELBSecurityPolicy-TLS13-1-2-Res-2021-06': fromTwo,
  'ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06': fromTwo,
  'ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06': fromTwo,
  'ELBSecurityPolicy-TLS13-1-1-2021-06': [...oneOne, 'TLSv1.3'],
  'ELBSecurityPolicy-TLS13-1-0-2021-06': [...oneZero, 'TLSv1.3'],
  'ELBSecurityPolicy-TLS13-1-2-PQ-2025-09': fromTwo,
  'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09': fromTwo,
  'ELBSecurityPolicy-TLS13-1-3-PQ-2025-09': oneThree,
  'ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04': oneThree,
  'ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04': fromTwo,
  'ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04': fromTwo,
  'ELBSecurityPolicy-TLS13-1-1-FIPS-2023-04': [...oneOne, 'TLSv1.3'],
  'ELBSecurityPolicy-TLS13-1-0-FIPS-2023-04': [...oneZero, 'TLSv1.3'],
  'ELBSecurityPolicy-TLS-1-2-Ext-2018-06': onlyTwo,
  'ELBSecurityPolicy-TLS-1-2-2017-01': onlyTwo,
  'ELBSecurityPolicy-TLS-1-1-2017-01': oneOne,
  'ELBSecurityPolicy-TLS-1-0-2015-04': oneZero,
  'ELBSecurityPolicy-FS-1-2-Res-2020-10': onlyTwo,
  'ELBSecurityPolicy-FS-1-2-Res-2019-08': onlyTwo,
  'ELBSecurityPolicy-FS-1-2-2019-08': onlyTwo,
  'ELBSecurityPolicy-FS-1-1-2019-08': oneOne,
  'ELBSecurityPolicy-FS-2018-06': oneZero,
};

/** Names of the security policies that listeners can use. */
export const sslPolicyNames: readonly string[] = Object.keys(protocols);

/** DescribeSSLPolicies, by names or all. @throws AwsError SSLPolicyNotFound */
export function describeSslPolicies(input: DescribeSSLPoliciesInput): DescribeSSLPoliciesOutput {
  const names = input.Names?.length ? input.Names : sslPolicyNames;
  return { SslPolicies: names.map(describe) };
}

function describe(name: string): SslPolicy {
  const versions = protocols[name];
  if (!versions) throw new AwsError('SSLPolicyNotFound', `SSL policy '${name}' not found`);
  return {
    Name: name,
    SslProtocols: [...versions],
    Ciphers: [],
    SupportedLoadBalancerTypes: ['application', 'network'],
  };
}
