import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
} from '@aws-sdk/client-ec2';
import { BatchGetImageCommand, type ImageIdentifier } from '@aws-sdk/client-ecr';
import { DescribeAccountLimitsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetRoleCommand, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { doing } from '../errors.ts';
import { namesOfKey, READ } from '../reads.ts';
import { absentIsUndefined, allPages, type Batch, type Reader, singleReader } from './reader.ts';

/** Readers of what services rest on and nobody here makes: roles, images, log groups, networks, quotas. */
export function preflightReaders(): readonly Reader[] {
  return [
    role,
    secretKeys,
    decision,
    image,
    logGroup,
    accountLimits,
    subnets,
    securityGroups,
    ofVpc(READ.routeTables, 'DescribeRouteTables', async ({ Filters, NextToken }, { clients, abort }) => {
      const { ec2 } = await clients.preflight();
      const page = await ec2.send(new DescribeRouteTablesCommand({ Filters, NextToken }), abort);
      return { items: page.RouteTables, NextToken: page.NextToken };
    }),
    ofVpc(READ.vpcEndpoints, 'DescribeVpcEndpoints', async ({ Filters, NextToken }, { clients, abort }) => {
      const { ec2 } = await clients.preflight();
      const page = await ec2.send(new DescribeVpcEndpointsCommand({ Filters, NextToken }), abort);
      return { items: page.VpcEndpoints, NextToken: page.NextToken };
    }),
  ];
}

/** The most values of one filter: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html */
const FILTER_VALUES = 200;

/** The most images of one call: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetImage.html */
const IMAGES = 100;

const role = singleReader(READ.role, 'GetRole', async (RoleName, { clients, abort }) => {
  const { iam } = await clients.preflight();
  return (await iam.send(new GetRoleCommand({ RoleName }), abort)).Role;
});

const secretKeys = singleReader(READ.secretKeys, 'GetSecretValue', (key, { clients, abort }) => {
  const [reader = '', secret = '', stage = '', version = ''] = namesOfKey(key);
  return clients.secretKeys({ role: reader, secret, stage, version }, abort);
});

/** Decisions for one role and action, many resources at once. */
const decision: Reader = {
  type: READ.iamDecision,
  maxBatch: 50,
  group: (key) => namesOfKey(key).slice(0, 2).join('\n'),
  load: async (keys, { clients, abort }) => {
    const [PolicySourceArn = '', action = ''] = namesOfKey(keys[0] ?? '');
    const { iam } = await clients.preflight();
    const ResourceArns = keys.map((key) => namesOfKey(key)[2] ?? '');
    const found = await doing(
      'SimulatePrincipalPolicy',
      allPages(
        (Marker) =>
          iam.send(
            new SimulatePrincipalPolicyCommand({ PolicySourceArn, ActionNames: [action], ResourceArns, Marker }),
            abort,
          ),
        (page) => page.EvaluationResults,
        (page) => page.Marker,
      ),
    );
    return new Map(
      found.map(({ EvalResourceName = '', EvalDecision }) => [
        [PolicySourceArn, action, EvalResourceName].join('\n'),
        EvalDecision,
      ]),
    );
  },
};

const MANIFEST_TYPES = [
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
];

/** Images of one repository, by tag or digest. A repository that does not exist is an error of its own. */
const image: Reader = {
  type: READ.image,
  maxBatch: IMAGES,
  group: (key) => namesOfKey(key).slice(0, 2).join('\n'),
  load: async (keys, { clients, abort }) => {
    const [registryId = '', repositoryName = ''] = namesOfKey(keys[0] ?? '');
    const { ecr } = await clients.preflight();
    const imageIds = keys.map((key): ImageIdentifier => {
      const name = namesOfKey(key)[2] ?? '';
      return name.startsWith('sha256:') ? { imageDigest: name } : { imageTag: name };
    });
    const input = { registryId, repositoryName, imageIds, acceptedMediaTypes: MANIFEST_TYPES };
    const answer = await absentIsUndefined(
      ecr.send(new BatchGetImageCommand(input), abort),
      `BatchGetImage ${repositoryName}`,
    );
    const found = new Map<string, string>();
    for (const key of keys) {
      const name = namesOfKey(key)[2];
      const hit = answer?.images?.find(({ imageId }) => imageId?.imageDigest === name || imageId?.imageTag === name);
      if (hit?.imageManifest !== undefined) found.set(key, hit.imageManifest);
    }
    return found;
  },
};

const logGroup = singleReader(READ.logGroup, 'DescribeLogGroups', async (logGroupNamePrefix, { clients, abort }) => {
  const { logs } = await clients.preflight();
  // A name comes before all longer ones that begin with it.
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix, limit: 1 }), abort);
  return logGroups.find(({ logGroupName }) => logGroupName === logGroupNamePrefix);
});

const accountLimits = singleReader(READ.elbLimits, 'DescribeAccountLimits', async (_key, { clients, abort }) => {
  const limits = await allPages(
    (Marker) => clients.elbv2.send(new DescribeAccountLimitsCommand({ Marker }), abort),
    (page) => page.Limits,
    (page) => page.NextMarker,
  );
  return Object.fromEntries(limits.map(({ Name = '', Max = '' }) => [Name, Max]));
});

const subnets: Reader = {
  type: READ.subnet,
  maxBatch: FILTER_VALUES,
  load: async (keys, { clients, abort }) => {
    const { ec2 } = await clients.preflight();
    // By filter, not by id: an id that does not exist would fail the call for all.
    const Filters = [{ Name: 'subnet-id', Values: [...keys] }];
    const found = await doing(
      'DescribeSubnets',
      allPages(
        (NextToken) => ec2.send(new DescribeSubnetsCommand({ Filters, NextToken }), abort),
        (page) => page.Subnets,
        (page) => page.NextToken,
      ),
    );
    return new Map(found.map((subnet) => [subnet.SubnetId ?? '', subnet]));
  },
};

const securityGroups: Reader = {
  type: READ.securityGroup,
  maxBatch: FILTER_VALUES,
  load: async (keys, { clients, abort }) => {
    const { ec2 } = await clients.preflight();
    const Filters = [{ Name: 'group-id', Values: [...keys] }];
    const found = await doing(
      'DescribeSecurityGroups',
      allPages(
        (NextToken) => ec2.send(new DescribeSecurityGroupsCommand({ Filters, NextToken }), abort),
        (page) => page.SecurityGroups,
        (page) => page.NextToken,
      ),
    );
    return new Map(found.map((group) => [group.GroupId ?? '', group]));
  },
};

/** A page of things in VPCs. */
interface VpcPage {
  readonly items: readonly { readonly VpcId?: string | undefined }[] | undefined;
  readonly NextToken: string | undefined;
}

interface VpcQuery {
  readonly Filters: { Name: string; Values: string[] }[];
  readonly NextToken: string | undefined;
}

/** A reader of all the things of one type in a VPC, many VPCs in one call. */
function ofVpc(type: string, what: string, read: (query: VpcQuery, batch: Batch) => Promise<VpcPage>): Reader {
  return {
    type,
    maxBatch: FILTER_VALUES,
    load: async (keys, batch) => {
      const Filters = [{ Name: 'vpc-id', Values: [...keys] }];
      const found = await doing(
        what,
        allPages(
          (NextToken) => read({ Filters, NextToken }, batch),
          (page) => page.items,
          (page) => page.NextToken,
        ),
      );
      return new Map(keys.map((key) => [key, found.filter(({ VpcId }) => VpcId === key)]));
    },
  };
}
