import type {
  AddListenerCertificatesInput,
  AddListenerCertificatesOutput,
  DescribeListenerCertificatesInput,
  DescribeListenerCertificatesOutput,
  RemoveListenerCertificatesInput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError, type Call } from '../../kernel/service.ts';
import { checkCertificateArn } from './listener-transport.ts';
import { listener } from './lookup.ts';
import { page } from './pages.ts';
import { elbState, type ListenerState } from './state.ts';

/** Certificates of a load balancer without the default ones. */
const quota = 25;

/** AddListenerCertificates. One that is in the list already is no error and is not added again. */
export function addListenerCertificates(
  input: AddListenerCertificatesInput,
  call: Call,
): AddListenerCertificatesOutput {
  const found = secure(call, input.ListenerArn);
  const arns = (input.Certificates ?? []).map((certificate) => certificate.CertificateArn ?? '');
  for (const arn of arns) checkCertificateArn(arn);
  const all = [...new Set([...found.certificates, ...arns])];
  if (all.length > quota) {
    throw new AwsError(
      'TooManyCertificates',
      `The maximum number of certificates for a load balancer (${quota}) has been reached`,
    );
  }
  found.certificates = all;
  return { Certificates: arns.map((CertificateArn) => ({ CertificateArn, IsDefault: false })) };
}

/** RemoveListenerCertificates; the default one is replaced by ModifyListener, never removed. */
export function removeListenerCertificates(input: RemoveListenerCertificatesInput, call: Call): object {
  const found = secure(call, input.ListenerArn);
  const arns = (input.Certificates ?? []).map((certificate) => certificate.CertificateArn ?? '');
  if (found.certificate && arns.includes(found.certificate) && !found.certificates.includes(found.certificate)) {
    throw new AwsError('OperationNotPermitted', 'Default certificate cannot be removed');
  }
  found.certificates = found.certificates.filter((arn) => !arns.includes(arn));
  return {};
}

/** DescribeListenerCertificates: the default one, then the list; one that is both comes twice. */
export function describeListenerCertificates(
  input: DescribeListenerCertificatesInput,
  call: Call,
): DescribeListenerCertificatesOutput {
  const found = secure(call, input.ListenerArn);
  const all = [
    ...(found.certificate ? [{ arn: found.certificate, IsDefault: true }] : []),
    ...found.certificates.map((arn) => ({ arn, IsDefault: false })),
  ];
  const { items, NextMarker } = page(all, input.Marker, input.PageSize);
  return {
    Certificates: items.map(({ arn, IsDefault }) => ({ CertificateArn: arn, IsDefault })),
    ...(NextMarker ? { NextMarker } : {}),
  };
}

function secure(call: Call, arn: string | undefined): ListenerState {
  const found = listener(elbState(call.world, call.scope), arn ?? '');
  if (found.protocol !== 'HTTPS' && found.protocol !== 'TLS') {
    throw new AwsError(
      'UnsupportedProtocol',
      `Certificates are not supported on listeners with protocol '${found.protocol}'`,
    );
  }
  return found;
}
