import { text } from '../fields.ts';
import { globalArn } from '../place.ts';
import type { CallTable, Touched } from './call.ts';

/** A role by its ARN where the answer has it, else by its name: its path, which the ARN has too, stands in no request. */
const role: Touched = {
  type: 'iam:role',
  read: ({ request, response }) => {
    const id = text(response, 'role', 'arn') ?? text(request, 'roleName');
    return id === undefined ? [] : [id];
  },
};

/** Operations on roles: https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html */
export const ROLE_CALLS: CallTable = {
  AttachRolePolicy: [role],
  CreateRole: [role],
  DeleteRole: [role],
  DeleteRolePermissionsBoundary: [role],
  DeleteRolePolicy: [role],
  DetachRolePolicy: [role],
  PutRolePermissionsBoundary: [role],
  PutRolePolicy: [role],
  TagRole: [role],
  UntagRole: [role],
  UpdateAssumeRolePolicy: [role],
  UpdateRole: [role],
  UpdateRoleDescription: [role],
};

const hostedZone: Touched = {
  type: 'route53:hosted-zone',
  read: ({ request, response, place }) => {
    const id = text(request, 'hostedZoneId') ?? text(request, 'id') ?? text(response, 'hostedZone', 'id');
    return id === undefined ? [] : [globalArn(place, 'route53', `hostedzone/${id.replace(/^\/?hostedzone\//u, '')}`)];
  },
};

const taggedZone: Touched = {
  type: 'route53:hosted-zone',
  read: ({ request, place }) => {
    const id = text(request, 'resourceId');
    return id === undefined || text(request, 'resourceType') !== 'hostedzone'
      ? []
      : [globalArn(place, 'route53', `hostedzone/${id}`)];
  },
};

/** Operations on zones and their records: https://docs.aws.amazon.com/Route53/latest/APIReference/API_Operations.html */
export const ZONE_CALLS: CallTable = {
  AssociateVPCWithHostedZone: [hostedZone],
  ChangeResourceRecordSets: [hostedZone],
  ChangeTagsForResource: [taggedZone],
  CreateHostedZone: [hostedZone],
  DeleteHostedZone: [hostedZone],
  DisableHostedZoneDNSSEC: [hostedZone],
  DisassociateVPCFromHostedZone: [hostedZone],
  EnableHostedZoneDNSSEC: [hostedZone],
  UpdateHostedZoneComment: [hostedZone],
  UpdateHostedZoneFeatures: [hostedZone],
};
