import { expect, it } from 'vitest';
import type { ControllerConfigurationSpec } from '../../api/controllerconfiguration.ts';
import { recordingIo } from '../testing/recording-io.ts';
import { accessSettings } from './access.ts';
import { noConfiguration } from './configuration.ts';

const settings = (spec: ControllerConfigurationSpec, insecureNoAuth = false) =>
  accessSettings({ ...noConfiguration(recordingIo()), spec }, insecureNoAuth);

it('lets nobody in, and believes no proxy, where nothing is configured', () => {
  expect(settings({})).toEqual({ access: [] });
});

it('passes on the proxies that are believed, and how long the audit log is kept', () => {
  expect(settings({ trustedProxies: ['10.0.0.0/16', '::1', '192.0.2.1'], audit: { days: 30 } })).toEqual({
    access: [],
    trustedProxies: ['10.0.0.0/16', '::1', '192.0.2.1'],
    audit: { days: 30 },
  });
});

it.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/0', 'fe80::/129', 'proxy.example.com', '10.0.0.0/8/8', ''])(
  'refuses "%s" as a proxy',
  (proxy) => {
    expect(() => settings({ trustedProxies: [proxy] })).toThrow(`spec.trustedProxies: found "${proxy}", expected`);
  },
);

it('passes on the public client of the command line', () => {
  const oidc = { issuer: 'https://login.example.com', clientId: 'longshore', cliClientId: 'longshore-cli' };
  expect(settings({ oidc }).oidc).toMatchObject({ ...oidc, groupsClaim: 'groups' });
});
