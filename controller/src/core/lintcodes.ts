import { balancingRules } from './lintcodes-balancing.ts';
import { rolloutRules } from './lintcodes-rollouts.ts';
import { scalingRules } from './lintcodes-scaling.ts';

/** What `longshore explain LS1001` says. */
export interface LintRule {
  /** `LS` and four digits. Never given to another rule. */
  readonly code: string;
  /** One line without a full stop. */
  readonly title: string;
  /** Why it matters, how it shows at run time, and what to do: plain text, a few sentences. */
  readonly explanation: string;
}

// Ranges: LS1001-LS1099 ECS kinds, LS1101-LS1199 load balancing, LS1201-LS1299 scaling. In order of their codes.
const rules: readonly LintRule[] = [
  {
    code: 'LS1001',
    title: 'A load balancer entry names a container or port that the task does not have',
    explanation:
      'ECS registers tasks with the target group by container name and container port. When the container is not in the task, or does not list the port in portMappings, CreateService and UpdateService fail with InvalidParameterException. Make `loadBalancers[].container` and `port` agree with `task.containers[].portMappings`.',
  },
  {
    code: 'LS1002',
    title: 'The image has a tag that moves',
    explanation:
      'With `latest` or a branch name as tag the same commit runs another image on another day: drift cannot be seen, tasks of one service can differ, and a rollback does not bring back the old image. Name a version, or a digest (`repository@sha256:...`).',
  },
  {
    code: 'LS1003',
    title: 'The source of a secret is malformed',
    explanation:
      '`valueFrom` takes the name or ARN of an SSM parameter, or the ARN of a Secrets Manager secret, followed by nothing or by all of `:json-key:version-stage:version-id`, each of which may be empty. Anything else registers without an error, and then every task stops with ResourceInitializationError.',
  },
  {
    code: 'LS1004',
    title: 'No deployment can ever end',
    explanation:
      'ECS keeps the number of tasks between the minimum healthy percent (rounded up) and the maximum percent (rounded down) of the desired count. When both give the same number, no old task may stop and no new one may start. Lower `minimumHealthyPercent` or raise `maximumPercent`.',
  },
  {
    code: 'LS1005',
    title: 'The awslogs driver lacks an option that it needs',
    explanation:
      '`awslogs-group` and `awslogs-region` are needed; without them the task definition is refused or the container does not start. `awslogs-stream-prefix` gives streams names that people can find.',
  },
  {
    code: 'LS1006',
    title: 'The task size is not one that there is',
    explanation:
      'Fargate offers fixed pairs of CPU and memory, and RegisterTaskDefinition refuses others. CPU is a number of units or text such as `1 vCPU`, memory a number of MiB or text such as `2 GB`.',
  },
  {
    code: 'LS1007',
    title: 'Network and network mode do not agree',
    explanation:
      'Tasks on Fargate need network mode awsvpc and a network with subnets. A service has a network if and only if its tasks have network mode awsvpc. Leave `task.networkMode` out: it follows from `network`.',
  },
  {
    code: 'LS1008',
    title: 'A value that looks like a secret stands in Git',
    explanation:
      'Whoever can read the repository, the task definition or the plan can read it, and it stays in the history. Put it in Secrets Manager or the SSM Parameter Store and refer to it under `secrets`. If it is none, silence this finding and say why.',
  },
  {
    code: 'LS1009',
    title: 'Two containers have the same name',
    explanation: 'Container names are unique in a task definition: RegisterTaskDefinition refuses it.',
  },
  {
    code: 'LS1010',
    title: 'The default strategy names a capacity provider that the cluster does not have',
    explanation:
      'Every capacity provider of `defaultCapacityProviderStrategy` has to be among `capacityProviders`, or ECS refuses the cluster.',
  },
  {
    code: 'LS1011',
    title: 'More than one capacity provider has a base',
    explanation: 'Only one item of a capacity provider strategy may have a base above 0; ECS refuses the others.',
  },
  {
    code: 'LS1012',
    title: 'A mount point names a volume that the task does not have',
    explanation:
      '`mountPoints[].sourceVolume` has to be the name of one of `task.volumes`; RegisterTaskDefinition refuses it otherwise.',
  },
  {
    code: 'LS1013',
    title: 'A container waits for something that never happens',
    explanation:
      '`dependsOn` names another container of the task. HEALTHY needs a `healthCheck` there; COMPLETE and SUCCESS need `essential: false` there, because the end of an essential container ends the task.',
  },
  {
    code: 'LS1014',
    title: 'The target type does not fit the network mode',
    explanation:
      'Tasks with network mode awsvpc, which are all on Fargate, are registered by address: their target group has `targetType: ip`. Tasks with bridge or host are registered by container instance: `targetType: instance`. CreateService refuses anything else.',
  },
  {
    code: 'LS1015',
    title: 'The health check goes to a port on which nothing listens',
    explanation:
      'The target group checks a fixed port that no container of the task opens, so no target ever becomes healthy, and ECS stops and starts tasks without end. Leave `healthCheck.port` out, which means the port that the task was registered with.',
  },
  {
    code: 'LS1016',
    title: 'A Service Connect namespace is given by name',
    explanation:
      'DescribeServices gives the ARN of the namespace, which does not hold its name, so Longshore cannot tell whether the live namespace is the declared one. Give the ARN.',
  },
  {
    code: 'LS1017',
    title: 'Secrets without an execution role',
    explanation:
      'ECS reads secrets, secret log options and registry credentials with the execution role when a task starts, and RegisterTaskDefinition refuses a definition that has them without one. Set `task.executionRole`; the task role does not serve for this.',
  },
  {
    code: 'LS1018',
    title: 'The launch type does not have this',
    explanation:
      'Tasks on Fargate have no host of yours: no placement constraints and strategies, GPUs, devices, privileged containers, Docker volumes, host folders, links, ipcMode, swap; log drivers are awslogs, splunk and awsfirelens; timeouts end at 120 seconds. RegisterTaskDefinition or CreateService refuses the rest. Leave the field out, or run on EC2. The other way round, only tasks on Fargate get a public address. See "Amazon ECS task definition differences for Fargate" in the ECS developer guide.',
  },
  {
    code: 'LS1019',
    title: 'Windows containers do not have this',
    explanation:
      'linuxParameters, links, user, privileged, readonlyRootFilesystem, DNS settings, extraHosts, ulimits, pidMode, ipcMode and the network modes host and none are for Linux. Leave the field out.',
  },
  {
    code: 'LS1020',
    title: 'The scheduling strategy DAEMON does not go with this',
    explanation:
      'DAEMON runs one task on each container instance. ECS refuses it on Fargate, with capacity providers, with a placement strategy, and with a maximumPercent above 100. Placement constraints are allowed: they choose the instances.',
  },
  {
    code: 'LS1021',
    title: 'The network mode does not allow this',
    explanation:
      '`links` need bridge; `extraHosts` and `hostname` do not work with awsvpc; with awsvpc and host the host port is the container port; with none there are no ports; Service Connect needs awsvpc or bridge. RegisterTaskDefinition or CreateService refuses anything else.',
  },
  {
    code: 'LS1022',
    title: 'A volume lacks its other half',
    explanation:
      'A volume that is `configuredAtLaunch` needs an entry of the same name in `volumeConfigurations`, and the other way round; ECS takes one for each task. `iops` and `throughput` have to fit the type of the EBS volume. File systems are mounted with a role of the task, which has to be there.',
  },
  {
    code: 'LS1023',
    title: 'A port name that the task does not have',
    explanation:
      'Service Connect and VPC Lattice refer to `portMappings[].name`. A `perRequestTimeoutSeconds` needs `appProtocol` there: without one the proxy sees bytes, not requests.',
  },
  {
    code: 'LS1024',
    title: 'Too many placement constraints',
    explanation:
      'A task has at most 10 placement constraints, those of the service and of the task definition together: CreateService refuses more.',
  },
  {
    code: 'LS1025',
    title: 'The early success criteria are below the minimum',
    explanation:
      '`earlySuccessCriteria.healthyPercent` has to be at least `minimumHealthyPercent`, which is 100 unless it is set (0 for DAEMON).',
  },
  {
    code: 'LS1026',
    title: 'An override names a container that the task does not have',
    explanation:
      'RunTask takes overrides by the name of the container, and refuses a name that is not in the task definition. Make `overrides.containerOverrides[].name` agree with `task.containers[].name`.',
  },
  {
    code: 'LS1027',
    title: 'A Job has not exactly one essential container',
    explanation:
      'A task ends when one of its essential containers exits; ECS then stops the others with SIGTERM, and they exit with 143 or, when they handle it, with 0. A Job has succeeded when all essential containers exited with 0, so that a sidecar that is essential makes it fail. Set `essential: false` for every container whose end does not decide.',
  },
  {
    code: 'LS1028',
    title: 'The essential container of a Job is restarted when it has succeeded',
    explanation:
      'With a restart policy ECS starts a container again whenever it exits with a code that is not in `ignoredExitCodes`, and the task goes on. Unless 0 is among them the Job never ends, and its timeout stops it. Add 0, or leave the policy out: `retries` starts a new task.',
  },
  ...rolloutRules,
  ...balancingRules,
  ...scalingRules,
];

/** Every lint rule by its code. */
export const lintRules: ReadonlyMap<string, LintRule> = new Map(rules.map((rule) => [rule.code, rule]));
