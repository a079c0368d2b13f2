import type { CodeDeployDeployment } from '../../../api/deployment.ts';
import type { ServiceSpec } from '../../../api/service.ts';
import type { AwsContext } from '../../../aws/context.ts';
import type { DeploymentGroupKey } from '../../../aws/reads.ts';
import type { Desired, Part } from '../../../core/driver.ts';
import { splitRef } from '../../../core/manifest.ts';
import { derivedName } from '../../../core/names.ts';

/** CodeDeploy's limit for all its names: https://docs.aws.amazon.com/codedeploy/latest/userguide/limits.html */
const MAX_NAME = 100;

/** Types of the parts that stand beside a service. */
export const PART = {
  application: 'codedeploy:application',
  group: 'codedeploy:deployment-group',
  config: 'codedeploy:deployment-config',
} as const;

type Named = Pick<Desired<ServiceSpec>, 'id' | 'application' | 'spec'>;
/** Whose configurations are meant. */
export type Owner = Pick<Desired<ServiceSpec>, 'id' | 'application'>;
type Shift = { readonly kind: 'canary' | 'linear'; readonly percent: number; readonly minutes: number };

/** Names of the application and the deployment group: those of the manifest, else derived. Each service has its own. */
export function groupKeyOf({ id, application, spec }: Named): DeploymentGroupKey {
  const { applicationName, deploymentGroupName } = spec.deployment?.codeDeploy ?? {};
  const parts = { application, name: splitRef(id).name, createOnly: {}, maxLength: MAX_NAME };
  return {
    application: derivedName({ ...parts, override: applicationName }),
    group: derivedName({ ...parts, override: deploymentGroupName }),
  };
}

/** Name of the deployment configuration: a given one, or one of our own whose name says what is in it. */
export function configNameOf(desired: Named): string {
  const { config, canary, linear } = desired.spec.deployment?.codeDeploy ?? {};
  if (canary !== undefined) return ownConfigName(desired, { kind: 'canary', ...canary });
  if (linear !== undefined) return ownConfigName(desired, { kind: 'linear', ...linear });
  return config ?? 'CodeDeployDefault.ECSAllAtOnce';
}

/** Configurations cannot be changed: another content is another name. */
function ownConfigName({ id, application }: Owner, { kind, percent, minutes }: Shift): string {
  const name = `${splitRef(id).name}-${kind}-${percent}-${minutes}`;
  return derivedName({ application, name, createOnly: {}, maxLength: MAX_NAME });
}

/** What is in a configuration of our own, by its name; undefined for any other configuration. */
export function shiftInName(name: string, desired: Owner): Shift | undefined {
  const [, kind, percent, minutes] = /-(canary|linear)-(\d+)-(\d+)-[^-]+$/u.exec(name) ?? [];
  if (kind !== 'canary' && kind !== 'linear') return undefined;
  const shift = { kind, percent: Number(percent), minutes: Number(minutes) } as const;
  return ownConfigName(desired, shift) === name ? shift : undefined;
}

/** The configuration in the words of the manifest. */
export function configInWords(
  name: string,
  desired: Named,
): Pick<CodeDeployDeployment, 'config' | 'canary' | 'linear'> {
  const shift = shiftInName(name, desired);
  if (shift === undefined) return { config: name };
  const { kind, percent, minutes } = shift;
  return kind === 'canary' ? { canary: { percent, minutes } } : { linear: { percent, minutes } };
}

type Place = Pick<AwsContext, 'partition' | 'region' | 'accountId'>;

/** ARNs as the Service Authorization Reference of AWS CodeDeploy has them. */
export function arnOf({ partition, region, accountId }: Place, kind: keyof typeof PART, name: string): string {
  const type = { application: 'application', group: 'deploymentgroup', config: 'deploymentconfig' }[kind];
  return `arn:${partition}:codedeploy:${region}:${accountId}:${type}:${name}`;
}

/** The application and group among recorded parts, for a service whose manifest is gone. */
export function recordedKey(recorded: readonly Part[]): DeploymentGroupKey | undefined {
  const id = recorded.find((part) => part.type === PART.group)?.id;
  const [application, group] = id?.split(':').slice(6).join(':').split('/') ?? [];
  return application === undefined || group === undefined ? undefined : { application, group };
}
