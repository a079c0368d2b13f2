import type { ConfigState, Routing } from './state.ts';

/**
 * The deployment configurations that are there from the beginning.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
 */
export const predefinedConfigs: Readonly<Record<string, ConfigState>> = Object.fromEntries(
  [
    server('AllAtOnce', 'HOST_COUNT', 0),
    server('HalfAtATime', 'FLEET_PERCENT', 50),
    server('OneAtATime', 'HOST_COUNT', 1),
    routed('ECS', 'ECSAllAtOnce', { type: 'AllAtOnce' }),
    canary('ECS', 'ECSCanary10Percent5Minutes', 5),
    canary('ECS', 'ECSCanary10Percent15Minutes', 15),
    linear('ECS', 'ECSLinear10PercentEvery1Minutes', 1),
    linear('ECS', 'ECSLinear10PercentEvery3Minutes', 3),
    routed('Lambda', 'LambdaAllAtOnce', { type: 'AllAtOnce' }),
    ...[5, 10, 15, 30].map((minutes) => canary('Lambda', `LambdaCanary10Percent${minutes}Minutes`, minutes)),
    linear('Lambda', 'LambdaLinear10PercentEvery1Minute', 1),
    ...[2, 3, 10].map((minutes) => linear('Lambda', `LambdaLinear10PercentEvery${minutes}Minutes`, minutes)),
  ].map((config) => [config.name, config]),
);

function server(name: string, type: 'HOST_COUNT' | 'FLEET_PERCENT', value: number): ConfigState {
  return { ...named('Server', name), minimumHealthyHosts: { type, value } };
}

function canary(platform: 'ECS' | 'Lambda', name: string, interval: number): ConfigState {
  return routed(platform, name, { type: 'TimeBasedCanary', percentage: 10, interval });
}

function linear(platform: 'ECS' | 'Lambda', name: string, interval: number): ConfigState {
  return routed(platform, name, { type: 'TimeBasedLinear', percentage: 10, interval });
}

function routed(platform: 'ECS' | 'Lambda', name: string, routing: Routing): ConfigState {
  return { ...named(platform, name), routing };
}

function named(platform: ConfigState['platform'], name: string): ConfigState {
  return { name: `CodeDeployDefault.${name}`, platform, createdAt: 0 };
}
