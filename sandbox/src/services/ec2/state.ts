import type {
  InternetGateway,
  IpPermission,
  NatGateway,
  RouteTable,
  SecurityGroup,
  Subnet,
  Vpc,
  VpcEndpoint,
} from '@aws-sdk/client-ec2';
import { arnOf } from '../../kernel/arn.ts';
import { own } from '../../kernel/own.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import type { Scope, World } from '../../kernel/world.ts';
import { defaultNetwork } from './default-vpc.ts';

/** What EC2 keeps at a place, by id, as its API shows it; tags are in the world's registry, times left out. */
export interface Ec2State {
  /** Somebody has made a VPC or a subnet: from then on what was not made does not exist. */
  declared: boolean;
  readonly vpcs: Record<string, Vpc>;
  readonly subnets: Record<string, Subnet>;
  readonly routeTables: Record<string, RouteTable>;
  readonly internetGateways: Record<string, InternetGateway>;
  readonly natGateways: Record<string, NatGateway>;
  readonly endpoints: Record<string, VpcEndpoint>;
  readonly securityGroups: Record<string, SecurityGroup & { IpPermissions: IpPermission[] }>;
  /** `enableDnsSupport` and `enableDnsHostnames` of VPCs, where they are not the default. */
  readonly dns: Record<string, { support: boolean; hostnames: boolean }>;
}

/** EC2 of a place. It begins with the default VPC. */
export function ec2State(world: World, scope: Scope): Ec2State {
  return world.slice(scope, 'ec2', () => ({
    ...defaultNetwork(scope),
    declared: false,
    endpoints: {},
    natGateways: {},
  }));
}

/** What a call works on: EC2 of the place that it is made at. */
export function stateOf({ world, scope }: Call): Ec2State {
  return ec2State(world, scope);
}

/** The one of that id. Throws with the code that EC2 has for it. */
export function existing<T>(things: Readonly<Record<string, T>>, id: string | undefined, kind: Kind): T {
  const found = own(things, id);
  if (found === undefined) throw notFound(kind, id ?? '');
  return found;
}

/** Kinds of things, with the code of their absence. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
const NOT_FOUND = {
  vpc: ['InvalidVpcID.NotFound', 'vpc ID'],
  subnet: ['InvalidSubnetID.NotFound', 'subnet ID'],
  'route-table': ['InvalidRouteTableID.NotFound', 'routeTable ID'],
  'internet-gateway': ['InvalidInternetGatewayID.NotFound', 'internetGateway ID'],
  natgateway: ['NatGatewayNotFound', 'Nat Gateway'],
  'vpc-endpoint': ['InvalidVpcEndpointId.NotFound', 'Vpc Endpoint Id'],
  'security-group': ['InvalidGroup.NotFound', 'security group'],
} as const;

/** A kind of thing, as ARNs name it. */
export type Kind = keyof typeof NOT_FOUND;

/** The error for an id that nothing has. */
export function notFound(kind: Kind, id: string): AwsError {
  const [code, word] = NOT_FOUND[kind];
  return new AwsError(code, `The ${word} '${id}' does not exist`);
}

/** ARN of a thing. */
export function ec2Arn(scope: Scope, kind: Kind, id: string): string {
  return arnOf('ec2', scope, `${kind}/${id}`);
}
