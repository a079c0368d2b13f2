/** What `longshore init` fills in. */
export interface RepositoryValues {
  readonly name: string;
  readonly region: string;
  readonly image: string;
  readonly port: number;
  readonly vpc: string;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
}

/** The files of a small working repository, by path. */
export function repository(values: RepositoryValues): ReadonlyMap<string, string> {
  return new Map([
    ['application.yaml', application(values)],
    ['manifests/cluster.yaml', cluster()],
    ['manifests/load-balancer.yaml', loadBalancer(values)],
    ['manifests/service.yaml', service(values)],
    ['manifests/scaling.yaml', scaling()],
  ]);
}

function application(values: RepositoryValues): string {
  const { name, region, vpc, subnets, securityGroups } = values;
  const lines = [
    `vpc: ${vpc}`,
    ...subnets.map((subnet, index) => `subnet${index + 1}: ${subnet}`),
    ...securityGroups.map((group, index) => `securityGroup${index + 1}: ${group}`),
  ];
  return `# What is deployed where. "longshore plan application.yaml" compares it with AWS.
apiVersion: longshore.dev/v1alpha1
kind: Application
metadata:
  name: ${name}
spec:
  source:
    # This folder as it is. For the controller, say where it finds the repository instead:
    #   repoURL: https://git.example.com/team/${name}.git
    #   targetRevision: main
    repoURL: .
    path: manifests
    # What differs between accounts: \${param.vpc} in a manifest reads it.
    parameters:
${lines.map((line) => `      ${line}`).join('\n')}
  destination:
    region: ${region}
  syncPolicy:
    # The controller syncs every new commit, corrects changes by hand, and deletes what Git no longer has.
    automated:
      selfHeal: true
      prune: true
`;
}

function cluster(): string {
  return `apiVersion: longshore.dev/v1alpha1
kind: Cluster
metadata:
  name: main
spec:
  capacityProviders: [FARGATE, FARGATE_SPOT]
  defaultCapacityProviderStrategy:
    - {capacityProvider: FARGATE, weight: 1}
`;
}

function loadBalancer(values: RepositoryValues): string {
  return `# An Application Load Balancer that forwards everything to the service.
apiVersion: longshore.dev/v1alpha1
kind: LoadBalancer
metadata:
  name: public
spec:
  type: application
  scheme: internet-facing
${network(values, 2)}
  listeners:
    - port: 80
      protocol: HTTP
      default: {forward: [{targetGroup: web}]}
---
apiVersion: longshore.dev/v1alpha1
kind: TargetGroup
metadata:
  name: web
spec:
  vpcId: \${param.vpc}
  protocol: HTTP
  port: ${values.port}
  targetType: ip
  healthCheck: {path: /, intervalSeconds: 10, timeoutSeconds: 5, healthyThreshold: 2, unhealthyThreshold: 3, matcher: "200"}
  attributes:
    # How long a task that goes away may finish what it is answering.
    deregistration_delay.timeout_seconds: "30"
`;
}

function service(values: RepositoryValues): string {
  return `apiVersion: longshore.dev/v1alpha1
kind: Service
metadata:
  name: web
spec:
  cluster: main
  # The first count; after that the scaling policy decides.
  desiredCount: 2
  network:
${network(values, 4)}
    assignPublicIp: true
  loadBalancers:
    - {targetGroup: web, container: web, port: ${values.port}}
  healthCheckGracePeriodSeconds: 30
  task:
    cpu: 256
    memory: 512
    containers:
      - name: web
        image: ${values.image}
        portMappings:
          - {containerPort: ${values.port}}
  deployment:
    strategy: Rolling
    rolling:
      minimumHealthyPercent: 100
      maximumPercent: 200
      # Tasks that do not become healthy: back to the last version, and the sync fails with the reason.
      circuitBreaker: {enable: true, rollback: true}
`;
}

function scaling(): string {
  return `apiVersion: longshore.dev/v1alpha1
kind: ScalingPolicy
metadata:
  name: web
spec:
  target: {service: web}
  minCapacity: 2
  maxCapacity: 4
  targetTracking:
    - {metric: ECSServiceAverageCPUUtilization, targetValue: 70, scaleOutCooldown: 60, scaleInCooldown: 300}
`;
}

function network(values: RepositoryValues, indent: number): string {
  const space = ' '.repeat(indent);
  return [
    `${space}subnets: [${parameters('subnet', values.subnets.length)}]`,
    `${space}securityGroups: [${parameters('securityGroup', values.securityGroups.length)}]`,
  ].join('\n');
}

/** `"${param.subnet1}", "${param.subnet2}"` */
function parameters(name: string, count: number): string {
  return Array.from({ length: count }, (_, index) => `"\${param.${name}${index + 1}}"`).join(', ');
}
