import * as sdk from '@aws-sdk/client-ec2';
import type { DescribeAvailabilityZonesRequest, DescribeAvailabilityZonesResult } from '@aws-sdk/client-ec2';
import type { Call, Service } from '../../kernel/service.ts';
import { ZONE_LETTERS } from './default-vpc.ts';
import { createVpcEndpoint, deleteVpcEndpoints, describeVpcEndpoints } from './endpoints.ts';
import {
  attachInternetGateway,
  createInternetGateway,
  createNatGateway,
  deleteInternetGateway,
  deleteNatGateway,
  describeInternetGateways,
  describeNatGateways,
  detachInternetGateway,
} from './gateways.ts';
import {
  associateRouteTable,
  createRoute,
  createRouteTable,
  deleteRoute,
  deleteRouteTable,
  describeRouteTables,
  disassociateRouteTable,
} from './route-tables.ts';
import {
  authorizeEgress,
  authorizeIngress,
  createSecurityGroup,
  deleteSecurityGroup,
  describeSecurityGroups,
} from './security-groups.ts';
import { createSubnet, deleteSubnet, describeSubnets, modifySubnetAttribute } from './subnets.ts';
import { createTags, deleteTags } from './tags.ts';
import { createVpc, deleteVpc, describeVpcAttribute, describeVpcs, modifyVpcAttribute } from './vpcs.ts';

export { networksPort } from './port.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAvailabilityZones.html */
function describeZones(input: DescribeAvailabilityZonesRequest, { scope }: Call): DescribeAvailabilityZonesResult {
  const zones = ZONE_LETTERS.map((letter, index) => ({
    ZoneName: `${scope.region}${letter}`,
    ZoneId: `${scope.region.replace(/^(..).*-(.)[a-z]*-(\d)$/, '$1$2$3')}-az${index + 1}`,
    ZoneType: 'availability-zone',
    RegionName: scope.region,
    State: 'available' as const,
    OptInStatus: 'opt-in-not-required' as const,
  }));
  const { ZoneNames } = input;
  return { AvailabilityZones: zones.filter(({ ZoneName }) => !ZoneNames?.length || ZoneNames.includes(ZoneName)) };
}

/** Amazon EC2, as far as its networks go: no instances. */
export const ec2: Service = {
  name: 'ec2',
  sdk,
  model: 'ec2',
  handlers: {
    AssociateRouteTable: associateRouteTable,
    AttachInternetGateway: attachInternetGateway,
    AuthorizeSecurityGroupEgress: authorizeEgress,
    AuthorizeSecurityGroupIngress: authorizeIngress,
    CreateInternetGateway: createInternetGateway,
    CreateNatGateway: createNatGateway,
    CreateRoute: createRoute,
    CreateRouteTable: createRouteTable,
    CreateSecurityGroup: createSecurityGroup,
    CreateSubnet: createSubnet,
    CreateTags: createTags,
    CreateVpc: createVpc,
    CreateVpcEndpoint: createVpcEndpoint,
    DeleteInternetGateway: deleteInternetGateway,
    DeleteNatGateway: deleteNatGateway,
    DeleteRoute: deleteRoute,
    DeleteRouteTable: deleteRouteTable,
    DeleteSecurityGroup: deleteSecurityGroup,
    DeleteSubnet: deleteSubnet,
    DeleteTags: deleteTags,
    DeleteVpc: deleteVpc,
    DeleteVpcEndpoints: deleteVpcEndpoints,
    DescribeAvailabilityZones: describeZones,
    DescribeInternetGateways: describeInternetGateways,
    DescribeNatGateways: describeNatGateways,
    DescribeRouteTables: describeRouteTables,
    DescribeSecurityGroups: describeSecurityGroups,
    DescribeSubnets: describeSubnets,
    DescribeVpcAttribute: describeVpcAttribute,
    DescribeVpcEndpoints: describeVpcEndpoints,
    DescribeVpcs: describeVpcs,
    DetachInternetGateway: detachInternetGateway,
    DisassociateRouteTable: disassociateRouteTable,
    ModifySubnetAttribute: modifySubnetAttribute,
    ModifyVpcAttribute: modifyVpcAttribute,
  },
};
