import type { LintRule } from './lintcodes.ts';

/** Scaling: LS1201 to LS1299, in order. */
export const scalingRules: readonly LintRule[] = [
  {
    code: 'LS1201',
    title: 'Two ScalingPolicies scale the same service',
    explanation:
      'They are one scalable target in AWS, and each would take the policies of the other away. Put all policies into one manifest.',
  },
  {
    code: 'LS1202',
    title: 'The minimum is above the maximum',
    explanation:
      'RegisterScalableTarget and PutScheduledAction refuse it. A scheduled action keeps the declared limit that it does not name.',
  },
  {
    code: 'LS1203',
    title: 'The schedule is not understood',
    explanation:
      'A schedule is `cron(minutes hours day-of-month month day-of-week year)`, `rate(value unit)` or `at(yyyy-mm-ddThh:mm:ss)`, in a time zone of the IANA database.',
  },
  {
    code: 'LS1204',
    title: 'Nobody can say when a rate fires',
    explanation:
      'A rate counts from the moment that AWS got the action, which is another one after every change. Give `startTime`, or use cron, so that the limits of a moment follow from the manifest.',
  },
  {
    code: 'LS1205',
    title: 'The declared count is outside of the limits',
    explanation:
      'Application Auto Scaling brings it into the limits at once, so that `desiredCount` never holds. Leave it out, or change the limits.',
  },
  {
    code: 'LS1206',
    title: 'Two policies have the same name',
    explanation:
      'Policies are known by their names: the second would replace the first. Give one of them a `policyName`.',
  },
  {
    code: 'LS1207',
    title: 'Target tracking cannot start the first task',
    explanation:
      'At zero tasks an average over tasks has no data, and its alarm never fires. Keep one task, or add a step policy on a metric that exists without tasks.',
  },
];
