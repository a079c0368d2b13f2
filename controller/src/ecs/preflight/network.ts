import type { Subnet } from '@aws-sdk/client-ec2';
import type { ServiceNetwork } from '../../api/service.ts';
import { readSecurityGroup, readSubnet } from '../../aws/reads.ts';
import type { PreflightFinding } from '../../core/driver.ts';
import { type Around, error, isOpen, looked, warning } from './look.ts';
import { checkRoutes, type Needs } from './routes.ts';

/** What tasks need of a network. */
export interface NetworkNeeds extends Needs {
  /** How many tasks there are at most at a time; each takes an address. */
  readonly tasks: number;
}

/** What was found of the network of tasks. */
export interface NetworkFound {
  readonly findings: readonly PreflightFinding[];
  /** The VPC of its subnets; undefined where that could not be told. */
  readonly vpc?: string;
}

/**
 * Whether subnets and security groups exist, in one VPC, with room and a way out.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html
 */
export async function checkNetwork(
  network: ServiceNetwork | undefined,
  needs: NetworkNeeds,
  around: Around,
): Promise<NetworkFound> {
  const ids = (network?.subnets ?? []).map((id, index) => ({ id: id.trim(), path: `/network/subnets/${index}` }));
  const known = ids.filter(({ id }) => !isOpen(id));
  const subnets: Subnet[] = [];
  const existing = known.map(({ id, path }) =>
    looked({ check: 'Subnet', path }, 'ec2:DescribeSubnets', async () => {
      const subnet = await readSubnet(around.pass, id);
      if (subnet === undefined) return [error(`subnet ${id} does not exist in ${around.aws.region}`)];
      subnets.push(subnet);
      return [];
    }),
  );
  const missing = (await Promise.all(existing)).flat();
  const vpcs = [...new Set(subnets.map(({ VpcId = '' }) => VpcId))];
  const vpc = vpcs.length === 1 ? vpcs[0] : undefined;
  const groups = await checkGroups(network?.securityGroups ?? [], vpc, around);
  const spread: PreflightFinding[] =
    vpcs.length > 1
      ? [
          {
            check: 'Subnet',
            path: '/network/subnets',
            ...error(`the subnets are in ${vpcs.length} VPCs (${vpcs.join(', ')}), and must be in one`),
          },
        ]
      : [];
  const room = ids.length === known.length && subnets.length === known.length ? roomIn(subnets, needs.tasks) : [];
  const routes =
    vpc === undefined ? [] : await checkRoutes(vpc, subnets, network?.assignPublicIp === true, needs, around);
  return { findings: [...missing, ...spread, ...groups, ...room, ...routes], ...(vpc === undefined ? {} : { vpc }) };
}

async function checkGroups(
  groups: readonly string[],
  vpc: string | undefined,
  { aws, pass }: Around,
): Promise<readonly PreflightFinding[]> {
  const found = groups.map(async (text, index) => {
    const id = text.trim();
    if (isOpen(id)) return [];
    const check = { check: 'SecurityGroup', path: `/network/securityGroups/${index}` };
    return looked(check, 'ec2:DescribeSecurityGroups', async () => {
      const group = await readSecurityGroup(pass, id);
      if (group === undefined) return [error(`security group ${id} does not exist in ${aws.region}`)];
      if (vpc === undefined || group.VpcId === vpc) return [];
      return [error(`security group ${id} is in ${group.VpcId}, and the subnets are in ${vpc}`)];
    });
  });
  return (await Promise.all(found)).flat();
}

/** Every task takes an address of its own. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking-awsvpc.html */
function roomIn(subnets: readonly Subnet[], tasks: number): readonly PreflightFinding[] {
  if (subnets.length === 0) return [];
  const free = subnets.reduce((sum, { AvailableIpAddressCount = 0 }) => sum + AvailableIpAddressCount, 0);
  if (free >= tasks) return [];
  const found = free === 0 ? error : warning;
  const words = `the subnets have ${free} free addresses, and up to ${tasks} new tasks need one each`;
  return [{ check: 'Addresses', path: '/network/subnets', ...found(words) }];
}
