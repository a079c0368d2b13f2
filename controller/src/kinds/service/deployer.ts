import type { ServiceSpec } from '../../api/service.ts';
import type {
  Change,
  Claim,
  Desired,
  Health,
  Part,
  Pass,
  Progress,
  Rollout,
  RolloutAction,
  Subject,
} from '../../core/driver.ts';
import type { ServiceLive } from './live.ts';

/** Who brings a service to another revision: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentController.html */
export type Controller = 'ECS' | 'CODE_DEPLOY' | 'EXTERNAL';

/** The deployment controller that a strategy needs. */
export function controllerFor({ deployment }: Pick<ServiceSpec, 'deployment'>): Controller {
  switch (deployment?.strategy) {
    case 'CodeDeploy':
      return 'CODE_DEPLOY';
    case 'Progressive':
      return 'EXTERNAL';
    default:
      return 'ECS';
  }
}

/** The deployment controller that a service has. */
export function controllerOf({ service }: Pick<ServiceLive, 'service'>): Controller {
  return service.deploymentController?.type ?? 'ECS';
}

/**
 * Everything that differs between the deployment controllers. The driver of services picks one: by the service that is
 * there, and for one that is not, by the strategy of the manifest. Level-based like the driver itself.
 */
export interface Deployer {
  /** What has to be read besides the service, its definition and its targets. Undefined: nothing. */
  observe?(live: ServiceLive, subject: Subject<ServiceSpec>, pass: Pass): Promise<ServiceLive>;
  /** AWS objects besides the service and its task definition. */
  parts(live: ServiceLive): readonly Part[];
  /** The rollout in flight, or the last one. */
  rollout(live: ServiceLive): Rollout | undefined;
  /** Which fields of rules and listeners the deployments of this service hold. */
  claims(desired: Desired<ServiceSpec>, live: ServiceLive | undefined): readonly Claim[];
  /** What differs, in what the service is and in what stands beside it. Pure. */
  diff(desired: Desired<ServiceSpec>, live: ServiceLive): readonly Change[];
  /** Makes it so; `live` is undefined while there is no service of the wanted name. */
  ensure(desired: Desired<ServiceSpec>, live: ServiceLive | undefined, pass: Pass): Promise<Progress>;
  /** Steers the rollout. */
  act(action: RolloutAction, live: ServiceLive, pass: Pass): Promise<void>;
  /**
   * Takes away what stands beside the service, and leaves the service itself: another deployment controller takes it
   * over. Undefined: nothing stands beside it.
   */
  leave?(live: ServiceLive, pass: Pass): Promise<Progress>;
  /** Takes the service away, and what stands beside it. */
  remove(live: ServiceLive, pass: Pass): Promise<Progress>;
  /** Pure. Health of the wanted revision. */
  health(desired: Desired<ServiceSpec>, live: ServiceLive, now: Date): Health;
}
