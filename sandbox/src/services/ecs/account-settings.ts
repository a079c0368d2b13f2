import type {
  DeleteAccountSettingRequest,
  DeleteAccountSettingResponse,
  ListAccountSettingsRequest,
  ListAccountSettingsResponse,
  PutAccountSettingDefaultRequest,
  PutAccountSettingDefaultResponse,
  PutAccountSettingRequest,
  PutAccountSettingResponse,
  Setting,
  SettingName,
} from '@aws-sdk/client-ecs';
import type { Call } from '../../kernel/service.ts';
import type { Scope, World } from '../../kernel/world.ts';
import { invalidParameter } from './errors.ts';
import { page } from './pages.ts';
import { ecsState } from './state.ts';

/** What holds when nobody set anything. Source: developer guide, "Access Amazon ECS features with account settings". */
const defaults: ReadonlyMap<SettingName, string> = new Map([
  ['serviceLongArnFormat', 'enabled'],
  ['taskLongArnFormat', 'enabled'],
  ['containerInstanceLongArnFormat', 'enabled'],
  ['awsvpcTrunking', 'disabled'],
  ['containerInsights', 'disabled'],
  ['fargateFIPSMode', 'disabled'],
  ['tagResourceAuthorization', 'off'],
  ['fargateTaskRetirementWaitPeriod', '7'],
  ['guardDutyActivate', 'off'],
  ['defaultLogDriverMode', 'non-blocking'],
]);

/** Long ARNs cannot be switched off any more. Same source. */
const longArns = new Set<SettingName>(['serviceLongArnFormat', 'taskLongArnFormat', 'containerInstanceLongArnFormat']);

/** The value that holds for the account. */
export function settingValue(world: World, scope: Scope, name: SettingName): string {
  return ecsState(world, scope).accountSettings[`default/${name}`] ?? defaults.get(name) ?? '';
}

/** ListAccountSettings: those that were set, and with `effectiveSettings` every one. */
export function listAccountSettings(input: ListAccountSettingsRequest, call: Call): ListAccountSettingsResponse {
  const principal = input.principalArn ?? call.principal;
  const { accountSettings } = ecsState(call.world, call.scope);
  const settings: Setting[] = [];
  for (const name of defaults.keys()) {
    const own = accountSettings[`${principal}/${name}`];
    const value = own ?? (input.effectiveSettings ? settingValue(call.world, call.scope, name) : undefined);
    if (value === undefined || (input.name && input.name !== name) || (input.value && input.value !== value)) continue;
    settings.push(setting(name, value, principal));
  }
  const { items, nextToken } = page(settings, input.maxResults, input.nextToken);
  return { settings: [...items], nextToken };
}

/** PutAccountSetting, for the caller or another principal. */
export function putAccountSetting(input: PutAccountSettingRequest, call: Call): PutAccountSettingResponse {
  return { setting: put(call, input.principalArn ?? call.principal, input.name, input.value) };
}

/** PutAccountSettingDefault, for everybody who has no own value. */
export function putAccountSettingDefault(
  input: PutAccountSettingDefaultRequest,
  call: Call,
): PutAccountSettingDefaultResponse {
  const root = `arn:aws:iam::${call.scope.accountId}:root`;
  return { setting: { ...put(call, 'default', input.name, input.value), principalArn: root } };
}

/** DeleteAccountSetting: back to the account's default. */
export function deleteAccountSetting(input: DeleteAccountSettingRequest, call: Call): DeleteAccountSettingResponse {
  const principal = input.principalArn ?? call.principal;
  const name = supported(input.name);
  delete ecsState(call.world, call.scope).accountSettings[`${principal}/${name}`];
  return { setting: setting(name, settingValue(call.world, call.scope, name), principal) };
}

function put(call: Call, principal: string, given: SettingName | undefined, value = ''): Setting {
  const name = supported(given);
  if (longArns.has(name) && value !== 'enabled') {
    throw invalidParameter('You can no longer disable Long Arn settings');
  }
  ecsState(call.world, call.scope).accountSettings[`${principal}/${name}`] = value;
  return setting(name, value, principal);
}

function supported(name: SettingName | undefined): SettingName {
  if (name === undefined || !defaults.has(name)) throw invalidParameter(`The setting ${name} is not supported.`);
  return name;
}

function setting(name: SettingName, value: string, principalArn: string): Setting {
  return { name, value, principalArn, type: name === 'guardDutyActivate' ? 'aws_managed' : 'user' };
}
