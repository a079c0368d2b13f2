import type { Json } from '../core/json.ts';

/** Objects that a rule admits, and objects that it does not: at least one of each. Each object holds what the rule reads. */
interface Cases {
  readonly admits: readonly Json[];
  readonly refuses: readonly Json[];
}

const none = {};
const list: Json = ['x'];
const either = (a: string, b: string): Cases => ({
  admits: [{ [a]: 'x' }, { [b]: 'x' }],
  refuses: [none, { [a]: 'x', [b]: 'x' }],
});
const notBoth = (a: string, b: string): Cases => ({
  admits: [none, { [a]: list }, { [b]: list }],
  refuses: [{ [a]: list, [b]: list }],
});

/**
 * Cases of every CEL rule of the API, by the text of the rule (`self.__namespace__` where the type says `self.namespace`).
 * A test runs them, and fails for a rule that has none: whoever adds a rule adds its cases here.
 */
export const ruleCases: Readonly<Record<string, Cases>> = {
  "!has(self.logging) || self.logging != 'OVERRIDE' || has(self.logGroup) || has(self.s3Bucket)": {
    admits: [none, { logging: 'NONE' }, { logging: 'OVERRIDE', logGroup: 'x' }, { logging: 'OVERRIDE', s3Bucket: 'x' }],
    refuses: [{ logging: 'OVERRIDE' }],
  },
  "(!has(self.logGroup) && !has(self.s3Bucket)) || (has(self.logging) && self.logging == 'OVERRIDE')": {
    admits: [none, { logging: 'OVERRIDE', logGroup: 'x' }],
    refuses: [{ logGroup: 'x' }, { logging: 'NONE', s3Bucket: 'x' }],
  },
  'has(self.cluster) != has(self.clusterArn)': either('cluster', 'clusterArn'),
  '!(has(self.launchType) && has(self.capacityProviderStrategy))': {
    admits: [none, { launchType: 'FARGATE' }, { capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] }],
    refuses: [{ launchType: 'FARGATE', capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] }],
  },
  "!(has(self.desiredCount) && has(self.schedulingStrategy) && self.schedulingStrategy == 'DAEMON')": {
    admits: [{ desiredCount: 1 }, { schedulingStrategy: 'DAEMON' }],
    refuses: [{ desiredCount: 1, schedulingStrategy: 'DAEMON' }],
  },
  'has(self.targetGroup) != has(self.targetGroupArn)': either('targetGroup', 'targetGroupArn'),
  'has(self.sizeInGiB) || has(self.snapshotId)': {
    admits: [{ sizeInGiB: 20 }, { snapshotId: 'x' }, { sizeInGiB: 20, snapshotId: 'x' }],
    refuses: [none],
  },
  '(has(self.host) ? 1 : 0) + (has(self.efsVolumeConfiguration) ? 1 : 0) + (has(self.s3filesVolumeConfiguration) ? 1 : 0) + (has(self.fsxWindowsFileServerVolumeConfiguration) ? 1 : 0) + (has(self.dockerVolumeConfiguration) ? 1 : 0) + (has(self.configuredAtLaunch) && self.configuredAtLaunch ? 1 : 0) <= 1':
    {
      admits: [none, { host: {} }, { configuredAtLaunch: true }, { host: {}, configuredAtLaunch: false }],
      refuses: [
        { host: {}, configuredAtLaunch: true },
        { efsVolumeConfiguration: { fileSystemId: 'x' }, dockerVolumeConfiguration: {} },
        { s3filesVolumeConfiguration: {}, fsxWindowsFileServerVolumeConfiguration: {} },
      ],
    },
  "!has(self.authorizationConfig) || !(has(self.authorizationConfig.accessPointId) || (has(self.authorizationConfig.iam) && self.authorizationConfig.iam == 'ENABLED')) || (has(self.transitEncryption) && self.transitEncryption == 'ENABLED')":
    {
      admits: [
        none,
        { authorizationConfig: { iam: 'DISABLED' } },
        { authorizationConfig: { accessPointId: 'x' }, transitEncryption: 'ENABLED' },
      ],
      refuses: [
        { authorizationConfig: { accessPointId: 'x' } },
        { authorizationConfig: { iam: 'ENABLED' }, transitEncryption: 'DISABLED' },
      ],
    },
  "!has(self.rootDirectory) || self.rootDirectory == '/' || !has(self.authorizationConfig) || !has(self.authorizationConfig.accessPointId)":
    {
      admits: [
        none,
        { rootDirectory: '/data' },
        { rootDirectory: '/', authorizationConfig: { accessPointId: 'x' } },
        { rootDirectory: '/data', authorizationConfig: {} },
      ],
      refuses: [{ rootDirectory: '/data', authorizationConfig: { accessPointId: 'x' } }],
    },
  "!has(self.rootDirectory) || self.rootDirectory == '/' || !has(self.accessPointArn)": {
    admits: [none, { rootDirectory: '/', accessPointArn: 'x' }, { rootDirectory: '/data' }],
    refuses: [{ rootDirectory: '/data', accessPointArn: 'x' }],
  },
  '!(has(self.port) && (has(self.containerName) || has(self.containerPort)))': {
    admits: [none, { port: 1 }, { containerName: 'x', containerPort: 1 }],
    refuses: [
      { port: 1, containerName: 'x' },
      { port: 1, containerPort: 1 },
    ],
  },
  'has(self.containerName) == has(self.containerPort)': {
    admits: [none, { containerName: 'x', containerPort: 1 }],
    refuses: [{ containerName: 'x' }, { containerPort: 1 }],
  },
  '!has(self.accessLogConfiguration) || has(self.logConfiguration)': {
    admits: [none, { accessLogConfiguration: {}, logConfiguration: {} }],
    refuses: [{ accessLogConfiguration: {} }],
  },
  '!has(self.volumeInitializationRate) || has(self.snapshotId)': {
    admits: [none, { volumeInitializationRate: 100, snapshotId: 'x' }],
    refuses: [{ volumeInitializationRate: 100 }],
  },
  "(self.type == 'memberOf') == has(self.expression)": {
    admits: [{ type: 'memberOf', expression: 'x' }, { type: 'distinctInstance' }],
    refuses: [{ type: 'memberOf' }, { type: 'distinctInstance', expression: 'x' }],
  },
  "self.type != 'random' || !has(self.field)": {
    admits: [{ type: 'random' }, { type: 'spread', field: 'x' }],
    refuses: [{ type: 'random', field: 'x' }],
  },
  '!self.enable || (has(self.healthyPercent) && has(self.sourceServiceRevisionCleanup))': {
    admits: [{ enable: false }, { enable: true, healthyPercent: 50, sourceServiceRevisionCleanup: 'x' }],
    refuses: [{ enable: true, healthyPercent: 50 }, { enable: true }],
  },
  '(has(self.authenticateCognito) ? 1 : 0) + (has(self.authenticateOidc) ? 1 : 0) + (has(self.jwtValidation) ? 1 : 0) <= 1':
    {
      admits: [none, { authenticateOidc: {} }, { jwtValidation: {} }],
      refuses: [
        { authenticateOidc: {}, jwtValidation: {} },
        { authenticateCognito: {}, authenticateOidc: {} },
      ],
    },
  "self.targetType == 'lambda' ? !(has(self.vpcId) || has(self.protocol) || has(self.port)) : (has(self.vpcId) && has(self.protocol) && has(self.port))":
    {
      admits: [{ targetType: 'lambda' }, { vpcId: 'x', protocol: 'TCP', port: 1 }],
      refuses: [{ targetType: 'lambda', port: 1 }, none, { vpcId: 'x', protocol: 'TCP' }],
    },
  "self.targetType != 'alb' || !has(self.protocol) || self.protocol == 'TCP'": {
    admits: [{ protocol: 'HTTP' }, { targetType: 'alb', protocol: 'TCP' }],
    refuses: [{ targetType: 'alb', protocol: 'HTTP' }],
  },
  "!has(self.protocolVersion) || !has(self.protocol) || self.protocol in ['HTTP', 'HTTPS']": {
    admits: [{ protocol: 'TCP' }, { protocol: 'HTTP', protocolVersion: 'GRPC' }],
    refuses: [{ protocol: 'TCP', protocolVersion: 'HTTP2' }],
  },
  'has(self.containerPort) != has(self.containerPortRange)': {
    admits: [{ containerPort: 80 }, { containerPortRange: '80-81' }],
    refuses: [none, { containerPort: 80, containerPortRange: '80-81' }],
  },
  'has(self.subnets) != has(self.subnetMappings)': {
    admits: [{ subnets: list }, { subnetMappings: [{ subnetId: 'x' }] }],
    refuses: [none, { subnets: list, subnetMappings: [{ subnetId: 'x' }] }],
  },
  "!has(self.nameOverride) || !self.nameOverride.startsWith('internal-')": {
    admits: [none, { nameOverride: 'internal' }],
    refuses: [{ nameOverride: 'internal-api' }],
  },
  'has(self.default) != has(self.redirectTo)': {
    admits: [{ default: { forward: [] } }, { redirectTo: {} }],
    refuses: [none, { default: { forward: [] }, redirectTo: {} }],
  },
  "self.protocol in ['HTTPS', 'TLS'] || !(has(self.certificates) || has(self.sslPolicy) || has(self.alpnPolicy) || has(self.mutualAuthentication))":
    {
      admits: [{ protocol: 'HTTP' }, { protocol: 'TLS', certificates: list, alpnPolicy: 'None' }],
      refuses: [
        { protocol: 'HTTP', certificates: list },
        { protocol: 'TCP', sslPolicy: 'x' },
        { protocol: 'HTTP', mutualAuthentication: { mode: 'off' } },
      ],
    },
  "!has(self.rules) || self.protocol in ['HTTP', 'HTTPS']": {
    admits: [{ protocol: 'TCP' }, { protocol: 'HTTPS', rules: [] }],
    refuses: [{ protocol: 'TCP', rules: [] }],
  },
  "(self.mode == 'verify') == has(self.trustStoreArn)": {
    admits: [{ mode: 'off' }, { mode: 'verify', trustStoreArn: 'x' }],
    refuses: [{ mode: 'verify' }, { mode: 'passthrough', trustStoreArn: 'x' }],
  },
  '(has(self.forward) ? 1 : 0) + (has(self.redirectTo) ? 1 : 0) + (has(self.fixedResponse) ? 1 : 0) == 1': {
    admits: [{ forward: [] }, { redirectTo: {} }, { fixedResponse: { statusCode: 404 } }],
    refuses: [none, { forward: [], redirectTo: {} }],
  },
  '!has(self.targetGroupStickiness) || has(self.forward)': {
    admits: [none, { forward: [], targetGroupStickiness: { durationSeconds: 1 } }],
    refuses: [{ redirectTo: {}, targetGroupStickiness: { durationSeconds: 1 } }],
  },
  '!(has(self.hostHeader) && has(self.hostHeaderRegex))': notBoth('hostHeader', 'hostHeaderRegex'),
  '!(has(self.pathPattern) && has(self.pathPatternRegex))': notBoth('pathPattern', 'pathPatternRegex'),
  'has(self.hostHeader) || has(self.hostHeaderRegex) || has(self.pathPattern) || has(self.pathPatternRegex) || has(self.httpHeader) || has(self.httpRequestMethod) || has(self.queryString) || has(self.sourceIp)':
    {
      admits: [{ hostHeader: list }, { pathPattern: list }, { queryString: [{ value: 'x' }] }, { sourceIp: list }],
      refuses: [none],
    },
  'has(self.values) != has(self.regexValues)': {
    admits: [{ values: list }, { regexValues: list }],
    refuses: [none, { values: list, regexValues: list }],
  },
  'has(self.hostHeaderRewrite) != has(self.urlRewrite)': {
    admits: [{ hostHeaderRewrite: { regex: 'x', replace: 'y' } }, { urlRewrite: { regex: 'x', replace: 'y' } }],
    refuses: [none],
  },
  'has(self.listener) != has(self.listenerArn)': {
    admits: [{ listener: { loadBalancer: 'x', port: 80 } }, { listenerArn: 'x' }],
    refuses: [none, { listener: { loadBalancer: 'x', port: 80 }, listenerArn: 'x' }],
  },
  'has(self.service) != has(self.resourceId)': either('service', 'resourceId'),
  'has(self.metric) != has(self.customMetric)': {
    admits: [{ metric: 'ECSServiceAverageCPUUtilization' }, { customMetric: {} }],
    refuses: [none, { metric: 'ECSServiceAverageCPUUtilization', customMetric: {} }],
  },
  "(has(self.metric) && self.metric == 'ALBRequestCountPerTarget') == has(self.resourceLabel)": {
    admits: [{ metric: 'ECSServiceAverageCPUUtilization' }, { metric: 'ALBRequestCountPerTarget', resourceLabel: 'x' }],
    refuses: [{ metric: 'ALBRequestCountPerTarget' }, { resourceLabel: 'x' }],
  },
  'has(self.metricName) != has(self.metrics)': {
    admits: [{ metricName: 'x' }, { metrics: [] }],
    refuses: [none, { metricName: 'x', metrics: [] }],
  },
  'has(self.metricName) == has(self.__namespace__) && has(self.metricName) == has(self.statistic)': {
    admits: [none, { metricName: 'x', namespace: 'y', statistic: 'Sum' }],
    refuses: [{ metricName: 'x', statistic: 'Sum' }, { namespace: 'y' }, { metricName: 'x', namespace: 'y' }],
  },
  'has(self.metricName) || !(has(self.dimensions) || has(self.unit))': {
    admits: [none, { metricName: 'x', unit: 'Count', dimensions: [] }],
    refuses: [{ unit: 'Count' }, { dimensions: [] }],
  },
  'has(self.expression) != has(self.metricStat)': {
    admits: [{ expression: 'x' }, { metricStat: {} }],
    refuses: [none, { expression: 'x', metricStat: {} }],
  },
  'has(self.minCapacity) || has(self.maxCapacity)': {
    admits: [{ minCapacity: 0 }, { maxCapacity: 3 }],
    refuses: [none],
  },
  'has(self.metricPair) ? !(has(self.scalingMetric) || has(self.loadMetric) || has(self.customScalingMetric) || has(self.customLoadMetric)) : (has(self.scalingMetric) != has(self.customScalingMetric) && has(self.loadMetric) != has(self.customLoadMetric))':
    {
      admits: [
        { metricPair: {} },
        { scalingMetric: {}, loadMetric: {} },
        { customScalingMetric: [], loadMetric: {} },
        { customScalingMetric: [], customLoadMetric: [] },
      ],
      refuses: [
        none,
        { metricPair: {}, loadMetric: {} },
        { scalingMetric: {} },
        { scalingMetric: {}, customScalingMetric: [], loadMetric: {} },
      ],
    },
  "has(self.maxCapacityBuffer) == (self.maxCapacityBreachBehavior == 'IncreaseMaxCapacity')": {
    admits: [
      { maxCapacityBreachBehavior: 'HonorMaxCapacity' },
      { maxCapacityBreachBehavior: 'IncreaseMaxCapacity', maxCapacityBuffer: 10 },
    ],
    refuses: [
      { maxCapacityBreachBehavior: 'IncreaseMaxCapacity' },
      { maxCapacityBreachBehavior: 'HonorMaxCapacity', maxCapacityBuffer: 10 },
    ],
  },
  '(has(self.semver) ? 1 : 0) + (has(self.newest) ? 1 : 0) + (has(self.alphabetical) ? 1 : 0) + (has(self.digest) ? 1 : 0) == 1':
    {
      admits: [{ semver: none }, { newest: none }, { alphabetical: none }, { digest: none }],
      refuses: [none, { semver: none, newest: none }],
    },
  '(has(self.list) ? 1 : 0) + (has(self.gitDirectories) ? 1 : 0) + (has(self.gitFiles) ? 1 : 0) + (has(self.matrix) ? 1 : 0) + (has(self.merge) ? 1 : 0) + (has(self.pullRequest) ? 1 : 0) == 1':
    {
      admits: [
        { list: none },
        { gitDirectories: none },
        { gitFiles: none },
        { matrix: none },
        { merge: none },
        { pullRequest: none },
      ],
      refuses: [none, { list: none, gitDirectories: none }],
    },
  '(has(self.list) ? 1 : 0) + (has(self.gitDirectories) ? 1 : 0) + (has(self.gitFiles) ? 1 : 0) + (has(self.pullRequest) ? 1 : 0) == 1':
    {
      admits: [{ list: none }, { gitDirectories: none }, { gitFiles: none }, { pullRequest: none }],
      refuses: [none, { list: none, gitDirectories: none }],
    },
  'has(self.env) != has(self.file)': either('env', 'file'),
  '(has(self.token) ? 1 : 0) + (has(self.sshKey) ? 1 : 0) + (has(self.githubApp) ? 1 : 0) == 1': {
    admits: [{ token: none }, { sshKey: none }, { githubApp: none }],
    refuses: [none, { token: none, sshKey: none }],
  },
  "(has(self.strategy) ? self.strategy : 'Rolling') == 'CodeDeploy' ? has(self.codeDeploy) : !has(self.codeDeploy)": {
    admits: [none, { strategy: 'CodeDeploy', codeDeploy: none }, { strategy: 'Canary' }],
    refuses: [{ strategy: 'CodeDeploy' }, { codeDeploy: none }, { strategy: 'Canary', codeDeploy: none }],
  },
  "(has(self.strategy) ? self.strategy : 'Rolling') == 'Progressive' ? has(self.progressive) : !has(self.progressive)":
    {
      admits: [none, { strategy: 'Progressive', progressive: none }, { strategy: 'Canary' }],
      refuses: [{ strategy: 'Progressive' }, { progressive: none }, { strategy: 'Canary', progressive: none }],
    },
  "!has(self.linear) || (has(self.strategy) && self.strategy == 'Linear')": {
    admits: [none, { strategy: 'Linear' }, { strategy: 'Linear', linear: none }],
    refuses: [{ linear: none }, { strategy: 'Canary', linear: none }],
  },
  "!has(self.canary) || (has(self.strategy) && self.strategy == 'Canary')": {
    admits: [none, { strategy: 'Canary' }, { strategy: 'Canary', canary: none }],
    refuses: [{ canary: none }, { strategy: 'Linear', canary: none }],
  },
  "!has(self.rolling) || !has(self.strategy) || self.strategy == 'Rolling'": {
    admits: [none, { rolling: none }, { strategy: 'Rolling', rolling: none }, { strategy: 'Canary' }],
    refuses: [{ strategy: 'Canary', rolling: none }],
  },
  "(has(self.strategy) && self.strategy in ['BlueGreen', 'Linear', 'Canary']) || !(has(self.bakeMinutes) || has(self.listenerRole) || has(self.productionRule) || has(self.testRule))":
    {
      admits: [
        none,
        { strategy: 'BlueGreen', bakeMinutes: 5 },
        { strategy: 'Canary', listenerRole: 'x', testRule: none },
      ],
      refuses: [
        { bakeMinutes: 5 },
        { strategy: 'Rolling', productionRule: none },
        { strategy: 'CodeDeploy', listenerRole: 'x' },
      ],
    },
  "!has(self.hooks) || !(has(self.strategy) && self.strategy in ['CodeDeploy', 'Progressive'])": {
    admits: [none, { hooks: list }, { strategy: 'Canary', hooks: list }, { strategy: 'CodeDeploy' }],
    refuses: [
      { strategy: 'CodeDeploy', hooks: list },
      { strategy: 'Progressive', hooks: list },
    ],
  },
  '!has(self.testRule) || has(self.productionRule)': {
    admits: [none, { productionRule: none }, { productionRule: none, testRule: none }],
    refuses: [{ testRule: none }],
  },
  '(has(self.config) ? 1 : 0) + (has(self.canary) ? 1 : 0) + (has(self.linear) ? 1 : 0) <= 1': {
    admits: [none, { config: 'x' }, { canary: none }, { linear: none }],
    refuses: [
      { config: 'x', canary: none },
      { canary: none, linear: none },
    ],
  },
  '!has(self.readyWait) || has(self.testListener)': {
    admits: [none, { testListener: none }, { readyWait: none, testListener: none }],
    refuses: [{ readyWait: none }],
  },
  '(has(self.loadBalancer) && has(self.port)) != has(self.listenerArn)': {
    admits: [{ loadBalancer: 'x', port: 443 }, { listenerArn: 'x' }],
    refuses: [none, { loadBalancer: 'x' }, { loadBalancer: 'x', port: 443, listenerArn: 'x' }],
  },
  '(has(self.listenerRule) ? 1 : 0) + (has(self.listenerRuleArn) ? 1 : 0) + (has(self.listener) ? 1 : 0) == 1': {
    admits: [{ listenerRule: 'x' }, { listenerRuleArn: 'x' }, { listener: none }],
    refuses: [none, { listenerRule: 'x', listener: none }],
  },
  '!has(self.priority) || has(self.listener)': {
    admits: [none, { listener: none }, { listener: none, priority: 10 }],
    refuses: [{ priority: 10 }],
  },
  '(has(self.weight) ? 1 : 0) + (has(self.pause) ? 1 : 0) + (has(self.analysis) ? 1 : 0) == 1': {
    admits: [{ weight: 10 }, { pause: '5m' }, { analysis: 'x' }],
    refuses: [none, { weight: 10, pause: '5m' }],
  },
  '(has(self.lambda) ? 1 : 0) + (has(self.pause) ? 1 : 0) + (has(self.analysis) ? 1 : 0) == 1': {
    admits: [{ lambda: none }, { pause: true }, { analysis: 'x' }],
    refuses: [none, { lambda: none, pause: true }],
  },
  "has(self.lambda) || !(self.stage in ['TEST_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT'])": {
    admits: [{ stage: 'POST_SCALE_UP' }, { stage: 'TEST_TRAFFIC_SHIFT', lambda: none }],
    refuses: [{ stage: 'TEST_TRAFFIC_SHIFT' }, { stage: 'PRODUCTION_TRAFFIC_SHIFT' }],
  },
  '!has(self.pause) || self.pause': {
    admits: [none, { pause: true }],
    refuses: [{ pause: false }],
  },
  '(has(self.cloudWatch) ? 1 : 0) + (has(self.prometheus) ? 1 : 0) + (has(self.http) ? 1 : 0) == 1': {
    admits: [{ cloudWatch: none }, { prometheus: none }, { http: none }],
    refuses: [none, { cloudWatch: none, http: none }],
  },
  'has(self.successCondition) || has(self.failureCondition) || has(self.http)': {
    admits: [{ successCondition: 'x' }, { failureCondition: 'x' }, { http: none }],
    refuses: [none],
  },
  'has(self.metricStat) != has(self.expression)': either('metricStat', 'expression'),
};
