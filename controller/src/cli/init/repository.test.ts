import { expect, it } from 'vitest';
import { parseManifests } from '../../core/manifests/parse.ts';
import { repository } from './repository.ts';

const VALUES = {
  name: 'shop',
  region: 'eu-west-1',
  image: 'public.ecr.aws/nginx/nginx:1.29',
  port: 80,
  vpc: 'vpc-0123456789abcdef0',
  subnets: ['subnet-1', 'subnet-2', 'subnet-3'],
  securityGroups: ['sg-1', 'sg-2'],
};

/** All files as parsed manifests, with the parameters that the Application gives. */
function parsed(): ReturnType<typeof parseManifests> {
  const files = [...repository(VALUES)].map(([path, text]) => [path, new TextEncoder().encode(text)] as const);
  const application = parseManifests(new Map(files.filter(([path]) => path === 'application.yaml')));
  const source = application.manifests[0]?.spec.source as { readonly parameters: Readonly<Record<string, string>> };
  return parseManifests(new Map(files), { variables: { param: source.parameters } });
}

it('writes manifests without a problem or a warning', () => {
  const { problems, warnings } = parsed();
  expect(problems).toEqual([]);
  expect(warnings).toEqual([]);
});

it('writes an Application, a cluster, a load balancer with its target group, a service and its scaling', () => {
  expect(
    parsed()
      .manifests.map((manifest) => manifest.kind)
      .toSorted(),
  ).toEqual(['Application', 'Cluster', 'LoadBalancer', 'ScalingPolicy', 'Service', 'TargetGroup']);
});

it('puts every subnet and security group where it belongs', () => {
  const service = parsed().manifests.find((manifest) => manifest.kind === 'Service');
  expect(service?.spec.network).toEqual({
    subnets: VALUES.subnets,
    securityGroups: VALUES.securityGroups,
    assignPublicIp: true,
  });
});
