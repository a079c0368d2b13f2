import { own } from '../../kernel/own.ts';
import type { Networks } from '../../kernel/ports.ts';
import type { World } from '../../kernel/world.ts';
import { lends } from './stand-ins.ts';
import { ec2State } from './state.ts';

/** What other services ask of EC2. */
export function networksPort(world: World): Networks {
  return {
    subnet(scope, id) {
      const subnet = own(ec2State(world, scope).subnets, id);
      if (subnet !== undefined) return { zone: subnet.AvailabilityZone ?? '', vpcId: subnet.VpcId ?? '' };
      return lends(world, scope) ? 'unknown' : 'absent';
    },
  };
}
