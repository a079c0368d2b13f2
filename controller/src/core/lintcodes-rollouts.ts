import type { LintRule } from './lintcodes.ts';

/** Deployments of services: LS1029 to LS1039, in order. */
export const rolloutRules: readonly LintRule[] = [
  {
    code: 'LS1029',
    title: 'The deployment needs a pair of target groups',
    explanation:
      'Every strategy but Rolling goes to and fro between two target groups of the same settings. Set `blueGreen: true` in the TargetGroup that the service refers to, and refer to it by name; a target group outside of the Application has no second one.',
  },
  {
    code: 'LS1030',
    title: 'The rule cannot take part in the deployment',
    explanation:
      'The rule or listener whose traffic moves forwards to the target group of the service and to nothing else: a rule that also authenticates, redirects or forwards elsewhere makes the deployment fail ("Application Load Balancer resources for blue/green, linear, and canary deployments" in the ECS developer guide). The rule for test traffic is another one.',
  },
  {
    code: 'LS1031',
    title: 'A container may be killed before its last requests are answered',
    explanation:
      'While traffic moves, the load balancer sends requests to a leaving target until the deregistration delay is over. The container has `stopTimeout` seconds (30 by default) after SIGTERM until it is killed, so that the attribute `deregistration_delay.timeout_seconds` (300 by default) has to be below it, and the service has to go on answering after SIGTERM until then. Under the strategy Rolling this is said only where both are declared.',
  },
  {
    code: 'LS1032',
    title: 'A setting of the deployment has no effect',
    explanation:
      'What is written is allowed and does nothing: minutes between steps that there are not, a rollback on alarms without alarms, a pause after everything is over. Take it out, or complete what it needs.',
  },
  {
    code: 'LS1033',
    title: 'The load balancer and the strategy do not agree',
    explanation:
      'CodeDeploy and Progressive move the traffic of exactly one target group. BlueGreen, Linear and Canary need `productionRule` and `listenerRole` where the service has a load balancer, and take neither where it has none.',
  },
  {
    code: 'LS1034',
    title: 'A Network Load Balancer does not shift traffic this way',
    explanation:
      'Behind a Network Load Balancer ECS has BlueGreen alone, and CodeDeploy moves all traffic at once: connections have no weights. Choose one of these, or an Application Load Balancer.',
  },
  {
    code: 'LS1035',
    title: 'The deployment controller does not take this',
    explanation:
      'Services under CodeDeploy and Progressive are made of task sets, which take no Service Connect, no volumes configured at launch and no VPC Lattice target groups, and are REPLICA alone. Choose BlueGreen, Linear or Canary, which take them.',
  },
  {
    code: 'LS1036',
    title: 'ECS has this shape itself',
    explanation:
      'These steps of a progressive deployment are those of Canary or Linear. ECS then shifts the traffic by itself, also while no controller runs, and the service keeps Service Connect and volumes.',
  },
  {
    code: 'LS1037',
    title: 'There is no analysis of this name',
    explanation:
      'A step or a hook names an analysis of `verify.analyses`. One that is not there fails every rollout when it comes to it.',
  },
  {
    code: 'LS1038',
    title: 'The weights do not end at 100',
    explanation:
      'Weights of a progressive deployment go up, and the last one is 100: what is left over would stay with the old revision when its tasks go.',
  },
  {
    code: 'LS1039',
    title: 'Two hooks wait at one stage',
    explanation:
      'ECS does not say which of the pauses of a stage it stands at, so that a person who promotes might end the wait of an analysis. Put them at different stages.',
  },
];
