import type { ServiceSpec } from '../../api/service.ts';
import type { Kind } from '../kind.ts';
import { serviceDriver } from './driver.ts';
import type { ServiceLive } from './live.ts';
import { serviceOffline } from './offline.ts';
import { withRestarts } from './restarts/index.ts';

/** ECS services with their task definitions. */
export const serviceKind: Kind<ServiceSpec, ServiceLive> = {
  ...serviceOffline,
  driver: (aws) => withRestarts(aws, serviceDriver(aws)),
};
