import type { Route, RouteTable, Subnet, VpcEndpoint } from '@aws-sdk/client-ec2';
import { readRouteTables, readVpcEndpoints } from '../../aws/reads.ts';
import type { PreflightFinding } from '../../core/driver.ts';
import { type Around, error, looked, warning } from './look.ts';

/** What tasks reach over the network before they run. */
export interface Needs {
  /** On Fargate the task itself pulls its image, gets its secrets and sends its logs; elsewhere the instance does. */
  readonly fargate: boolean;
  /** Every image is in Amazon ECR: endpoints of the VPC are way enough. */
  readonly imagesInEcr: boolean;
  /** Services besides ECR that are asked: `logs`, `secretsmanager`, `ssm`. */
  readonly services: readonly string[];
}

/**
 * Whether tasks in the subnets can pull their images: a public address and an internet gateway, a NAT gateway (or
 * another way that somebody has laid), or the endpoints of ECR, S3 and what else they ask.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
 */
export async function checkRoutes(
  vpc: string,
  subnets: readonly Subnet[],
  publicIp: boolean,
  needs: Needs,
  { aws, pass }: Around,
): Promise<readonly PreflightFinding[]> {
  if (!needs.fargate) return [];
  return looked({ check: 'Route', path: '/network/subnets' }, 'ec2:DescribeRouteTables', async () => {
    const tables = await readRouteTables(pass, vpc);
    const shut = subnets.filter((subnet) => !hasWayOut(tableOf(subnet, tables), publicIp));
    if (shut.length === 0) return [];
    const where = shut.map(({ SubnetId }) => SubnetId).join(', ');
    if (!needs.imagesInEcr) {
      return [error(`tasks in ${where} have no way to the internet to pull their images: ${adviceFor(publicIp)}`)];
    }
    const endpoints = await readVpcEndpoints(pass, vpc);
    const lacks = (service: string): boolean =>
      shut.some((subnet) => !hasEndpoint(`com.amazonaws.${aws.region}.${service}`, tableOf(subnet, tables), endpoints));
    const toPull = ['ecr.api', 'ecr.dkr', 's3'].filter(lacks);
    const besides = needs.services.filter(lacks);
    if (toPull.length > 0) {
      return [
        error(
          `tasks in ${where} have no way to the internet, and the VPC has no endpoint for ${[...toPull, ...besides].join(', ')}: ` +
            `add them, or ${adviceFor(publicIp)}`,
        ),
      ];
    }
    return besides.length === 0
      ? []
      : [warning(`tasks in ${where} reach no ${besides.join(', ')}: the VPC has no endpoint for it and no way out`)];
  });
}

function adviceFor(publicIp: boolean): string {
  return publicIp
    ? 'route 0.0.0.0/0 to an internet gateway'
    : 'route 0.0.0.0/0 to a NAT gateway, or set assignPublicIp in a public subnet';
}

/** The table of a subnet: its own, or the main one of the VPC. */
function tableOf({ SubnetId }: Subnet, tables: readonly RouteTable[]): RouteTable | undefined {
  const own = tables.find(({ Associations = [] }) => Associations.some((one) => one.SubnetId === SubnetId));
  return own ?? tables.find(({ Associations = [] }) => Associations.some(({ Main }) => Main === true));
}

/** An internet gateway takes only those with a public address; all other ways lead wherever somebody has laid them. */
function hasWayOut(table: RouteTable | undefined, publicIp: boolean): boolean {
  const route = table?.Routes?.find(isDefault);
  if (route === undefined || route.State === 'blackhole') return false;
  return route.GatewayId?.startsWith('igw-') === true ? publicIp : true;
}

function isDefault({ DestinationCidrBlock }: Route): boolean {
  return DestinationCidrBlock === '0.0.0.0/0';
}

/** An interface endpoint answers in the whole VPC; a gateway endpoint is a route. */
function hasEndpoint(service: string, table: RouteTable | undefined, endpoints: readonly VpcEndpoint[]): boolean {
  return endpoints.some(
    ({ ServiceName, VpcEndpointType, RouteTableIds = [], State }) =>
      ServiceName === service &&
      String(State).toLowerCase() === 'available' &&
      (VpcEndpointType !== 'Gateway' || RouteTableIds.includes(table?.RouteTableId ?? '')),
  );
}
