import * as sdk from '@aws-sdk/client-ecs';
import type { OperationCoverage, ServiceCoverage } from './model.ts';

type Mapping = Pick<OperationCoverage, 'places' | 'reasons'>;

const FAMILY = 'derived: `<application>-<name of the Service or Job>`';
const RECORD = 'derived from the run, so that no task is started twice';
const TAGS = 'named by its key in the map of tags; the ownership tags are added';
const SHIFTING = 'belongs to the strategies that shift traffic between two revisions (BlueGreen, Linear, Canary)';
const GONE = 'deprecated by AWS: Elastic Inference is no longer available since 2023-04-15';
const WHICH = 'says which object: derived from cluster and name';

/** What CreateService and UpdateService have in common. */
const service: Mapping = {
  places: {
    cluster: ['Service.spec.cluster', 'Service.spec.clusterArn'],
    taskDefinition: 'Service.spec.task',
    availabilityZoneRebalancing: 'Service.spec.availabilityZoneRebalancing',
    loadBalancers: 'Service.spec.loadBalancers',
    'loadBalancers[].targetGroupArn': [
      'Service.spec.loadBalancers[].targetGroup',
      'Service.spec.loadBalancers[].targetGroupArn',
    ],
    'loadBalancers[].containerName': 'Service.spec.loadBalancers[].container',
    'loadBalancers[].containerPort': 'Service.spec.loadBalancers[].port',
    serviceRegistries: 'Service.spec.serviceRegistries',
    'serviceRegistries[].*': 'Service.spec.serviceRegistries[].*',
    desiredCount: 'Service.spec.desiredCount',
    capacityProviderStrategy: 'Service.spec.capacityProviderStrategy',
    'capacityProviderStrategy[].*': 'Service.spec.capacityProviderStrategy[].*',
    platformVersion: 'Service.spec.platformVersion',
    deploymentConfiguration: 'Service.spec.deployment',
    'deploymentConfiguration.deploymentCircuitBreaker': 'Service.spec.deployment.rolling.circuitBreaker',
    'deploymentConfiguration.deploymentCircuitBreaker.*': 'Service.spec.deployment.rolling.circuitBreaker.*',
    'deploymentConfiguration.maximumPercent': 'Service.spec.deployment.rolling.maximumPercent',
    'deploymentConfiguration.minimumHealthyPercent': 'Service.spec.deployment.rolling.minimumHealthyPercent',
    'deploymentConfiguration.earlySuccessCriteria': 'Service.spec.deployment.rolling.earlySuccessCriteria',
    'deploymentConfiguration.earlySuccessCriteria.*': 'Service.spec.deployment.rolling.earlySuccessCriteria.*',
    'deploymentConfiguration.alarms': 'Service.spec.deployment.alarms',
    'deploymentConfiguration.alarms.alarmNames': 'Service.spec.deployment.alarms.names',
    'deploymentConfiguration.alarms.rollback': 'Service.spec.deployment.alarms.rollback',
    'deploymentConfiguration.strategy': 'Service.spec.deployment.strategy',
    placementConstraints: 'Service.spec.placementConstraints',
    'placementConstraints[].*': 'Service.spec.placementConstraints[].*',
    placementStrategy: 'Service.spec.placementStrategy',
    'placementStrategy[].*': 'Service.spec.placementStrategy[].*',
    networkConfiguration: 'Service.spec.network',
    'networkConfiguration.awsvpcConfiguration': 'Service.spec.network',
    'networkConfiguration.awsvpcConfiguration.*': 'Service.spec.network.*',
    healthCheckGracePeriodSeconds: 'Service.spec.healthCheckGracePeriodSeconds',
    enableECSManagedTags: 'Service.spec.enableECSManagedTags',
    propagateTags: 'Service.spec.propagateTags',
    enableExecuteCommand: 'Service.spec.enableExecuteCommand',
    serviceConnectConfiguration: 'Service.spec.serviceConnect',
    'serviceConnectConfiguration.*': 'Service.spec.serviceConnect.*',
    'serviceConnectConfiguration.services[].tls.issuerCertificateAuthority':
      'Service.spec.serviceConnect.services[].tls.awsPcaAuthorityArn',
    'serviceConnectConfiguration.services[].tls.issuerCertificateAuthority.awsPcaAuthorityArn':
      'Service.spec.serviceConnect.services[].tls.awsPcaAuthorityArn',
    volumeConfigurations: 'Service.spec.volumeConfigurations',
    'volumeConfigurations[].*': 'Service.spec.volumeConfigurations[].*',
    vpcLatticeConfigurations: 'Service.spec.vpcLatticeConfigurations',
    'vpcLatticeConfigurations[].*': 'Service.spec.vpcLatticeConfigurations[].*',
    monitoring: 'Service.spec.monitoring',
    'monitoring.*': 'Service.spec.monitoring.*',
  },
  reasons: {
    'loadBalancers[].loadBalancerName': 'Classic Load Balancers',
    'loadBalancers[].advancedConfiguration': SHIFTING,
    'loadBalancers[].advancedConfiguration.*': SHIFTING,
    'deploymentConfiguration.alarms.enable': 'follows from alarms being there',
    'deploymentConfiguration.bakeTimeInMinutes': SHIFTING,
    'deploymentConfiguration.lifecycleHooks': SHIFTING,
    'deploymentConfiguration.lifecycleHooks[].*': SHIFTING,
    'deploymentConfiguration.linearConfiguration': SHIFTING,
    'deploymentConfiguration.linearConfiguration.*': SHIFTING,
    'deploymentConfiguration.canaryConfiguration': SHIFTING,
    'deploymentConfiguration.canaryConfiguration.*': SHIFTING,
    'serviceConnectConfiguration.services[].clientAliases[].testTrafficRules': SHIFTING,
    'serviceConnectConfiguration.services[].clientAliases[].testTrafficRules.*': SHIFTING,
    deploymentController: 'follows from the strategy: Rolling is ECS',
    'deploymentController.*': 'follows from the strategy: Rolling is ECS',
  },
};

/** What CreateCluster and UpdateCluster have in common. */
const cluster: Mapping = {
  places: {
    settings: 'Cluster.spec.containerInsights',
    'settings[].value': 'Cluster.spec.containerInsights',
    'configuration.executeCommandConfiguration': 'Cluster.spec.executeCommand',
    'configuration.executeCommandConfiguration.kmsKeyId': 'Cluster.spec.executeCommand.kmsKeyId',
    'configuration.executeCommandConfiguration.logging': 'Cluster.spec.executeCommand.logging',
    'configuration.executeCommandConfiguration.logConfiguration': 'Cluster.spec.executeCommand',
    'configuration.executeCommandConfiguration.logConfiguration.cloudWatchLogGroupName':
      'Cluster.spec.executeCommand.logGroup',
    'configuration.executeCommandConfiguration.logConfiguration.cloudWatchEncryptionEnabled':
      'Cluster.spec.executeCommand.encrypted',
    'configuration.executeCommandConfiguration.logConfiguration.s3BucketName': 'Cluster.spec.executeCommand.s3Bucket',
    'configuration.executeCommandConfiguration.logConfiguration.s3EncryptionEnabled':
      'Cluster.spec.executeCommand.s3Encrypted',
    'configuration.executeCommandConfiguration.logConfiguration.s3KeyPrefix': 'Cluster.spec.executeCommand.s3KeyPrefix',
    'configuration.managedStorageConfiguration': 'Cluster.spec.managedStorage',
    'configuration.managedStorageConfiguration.*': 'Cluster.spec.managedStorage.*',
    serviceConnectDefaults: 'Cluster.spec.serviceConnectDefaults',
    'serviceConnectDefaults.*': 'Cluster.spec.serviceConnectDefaults.*',
  },
  reasons: {
    'settings[].name': 'containerInsights, the only setting there is',
    configuration: 'executeCommand and managedStorage stand in the spec itself',
  },
};

const capacity: Mapping['places'] = {
  capacityProviders: 'Cluster.spec.capacityProviders',
  defaultCapacityProviderStrategy: 'Cluster.spec.defaultCapacityProviderStrategy',
  'defaultCapacityProviderStrategy[].*': 'Cluster.spec.defaultCapacityProviderStrategy[].*',
};

/** Standalone tasks. */
const runTask: OperationCoverage = {
  operation: 'RunTask',
  places: {
    cluster: ['Job.spec.cluster', 'Job.spec.clusterArn'],
    taskDefinition: 'Job.spec.task',
    capacityProviderStrategy: 'Job.spec.capacityProviderStrategy',
    'capacityProviderStrategy[].*': 'Job.spec.capacityProviderStrategy[].*',
    enableECSManagedTags: 'Job.spec.enableECSManagedTags',
    enableExecuteCommand: 'Job.spec.enableExecuteCommand',
    group: 'Job.spec.group',
    launchType: 'Job.spec.launchType',
    networkConfiguration: 'Job.spec.network',
    'networkConfiguration.awsvpcConfiguration': 'Job.spec.network',
    'networkConfiguration.awsvpcConfiguration.*': 'Job.spec.network.*',
    overrides: 'Job.spec.overrides',
    'overrides.containerOverrides': 'Job.spec.overrides.containerOverrides',
    'overrides.containerOverrides[].*': 'Job.spec.overrides.containerOverrides[].*',
    'overrides.cpu': 'Job.spec.overrides.cpu',
    'overrides.memory': 'Job.spec.overrides.memory',
    'overrides.taskRoleArn': 'Job.spec.overrides.taskRole',
    'overrides.executionRoleArn': 'Job.spec.overrides.executionRole',
    'overrides.ephemeralStorage': 'Job.spec.overrides.ephemeralStorage',
    'overrides.ephemeralStorage.*': 'Job.spec.overrides.ephemeralStorage.*',
    placementConstraints: 'Job.spec.placementConstraints',
    'placementConstraints[].*': 'Job.spec.placementConstraints[].*',
    placementStrategy: 'Job.spec.placementStrategy',
    'placementStrategy[].*': 'Job.spec.placementStrategy[].*',
    platformVersion: 'Job.spec.platformVersion',
    propagateTags: 'Job.spec.propagateTags',
    tags: 'Job.spec.tags',
    volumeConfigurations: 'Job.spec.volumeConfigurations',
    'volumeConfigurations[].*': 'Job.spec.volumeConfigurations[].*',
  },
  reasons: {
    count: 'always 1: a Job is one task',
    clientToken: RECORD,
    startedBy: RECORD,
    referenceId: 'for use by Amazon ECS only',
    'tags[].*': TAGS,
    'overrides.inferenceAcceleratorOverrides': GONE,
    'overrides.inferenceAcceleratorOverrides[].*': GONE,
  },
};

/** Amazon ECS: task definitions, services, tasks, clusters. */
export const ecs: ServiceCoverage = {
  title: 'Amazon ECS',
  sdk,
  operations: [
    {
      operation: 'RegisterTaskDefinition',
      places: {
        containerDefinitions: 'Service.spec.task.containers',
        'containerDefinitions[].*': 'Service.spec.task.containers[].*',
        taskRoleArn: 'Service.spec.task.taskRole',
        executionRoleArn: 'Service.spec.task.executionRole',
        networkMode: 'Service.spec.task.networkMode',
        volumes: 'Service.spec.task.volumes',
        'volumes[].*': 'Service.spec.task.volumes[].*',
        placementConstraints: 'Service.spec.task.placementConstraints',
        'placementConstraints[].*': 'Service.spec.task.placementConstraints[].*',
        requiresCompatibilities: 'Service.spec.task.requiresCompatibilities',
        cpu: 'Service.spec.task.cpu',
        memory: 'Service.spec.task.memory',
        tags: 'Service.spec.tags',
        pidMode: 'Service.spec.task.pidMode',
        ipcMode: 'Service.spec.task.ipcMode',
        proxyConfiguration: 'Service.spec.task.proxyConfiguration',
        'proxyConfiguration.*': 'Service.spec.task.proxyConfiguration.*',
        ephemeralStorage: 'Service.spec.task.ephemeralStorage',
        'ephemeralStorage.*': 'Service.spec.task.ephemeralStorage.*',
        runtimePlatform: 'Service.spec.task.runtimePlatform',
        'runtimePlatform.*': 'Service.spec.task.runtimePlatform.*',
        enableFaultInjection: 'Service.spec.task.enableFaultInjection',
      },
      reasons: {
        family: FAMILY,
        'tags[].*': TAGS,
        inferenceAccelerators: GONE,
        'inferenceAccelerators[].*': GONE,
      },
    },
    runTask,
    {
      operation: 'CreateService',
      places: {
        ...service.places,
        serviceName: 'Service.spec.nameOverride',
        launchType: 'Service.spec.launchType',
        schedulingStrategy: 'Service.spec.schedulingStrategy',
        tags: 'Service.spec.tags',
      },
      reasons: {
        ...service.reasons,
        clientToken: 'derived from the request, so that the same one twice makes one service',
        role: "AWS's service-linked role does it; one of your own is for Classic Load Balancers and old accounts",
        'tags[].*': TAGS,
      },
    },
    {
      operation: 'UpdateService',
      places: service.places,
      reasons: {
        ...service.reasons,
        service: WHICH,
        forceNewDeployment: 'an action (`restart`), and sent where ECS asks for it; no state',
      },
    },
    {
      operation: 'CreateCluster',
      places: {
        ...cluster.places,
        ...capacity,
        clusterName: 'Cluster.spec.nameOverride',
        tags: 'Cluster.spec.tags',
      },
      reasons: { ...cluster.reasons, 'tags[].*': TAGS },
    },
    {
      operation: 'UpdateCluster',
      places: cluster.places,
      reasons: { ...cluster.reasons, cluster: WHICH },
    },
    {
      operation: 'PutClusterCapacityProviders',
      places: capacity,
      reasons: { cluster: WHICH },
    },
  ],
};
