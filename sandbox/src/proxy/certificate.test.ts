import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { selfSignedCertificate } from './certificate.ts';

test('a certificate is signed by its own key, for the names that it is made for', () => {
  const now = new Date('2026-11-20T12:00:00Z');
  const certificate = new X509Certificate(selfSignedCertificate(['localhost', '*.elb.localhost'], now).cert);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.checkHost('localhost')).toBe('localhost');
  expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(certificate.subjectAltName).toContain('DNS:*.elb.localhost');
  expect(new Date(certificate.validTo).toISOString()).toBe('2027-11-20T12:00:00.000Z');
});
