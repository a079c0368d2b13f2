import { expect, it } from 'vitest';
import { manifest } from '../../test/applications.ts';
import { harness } from '../../test/harness.ts';
import type { Manifest } from '../core/manifest.ts';

const never = new AbortController().signal;

const shop = (scheme: string): readonly Manifest[] => [
  manifest('TargetGroup/api', { vpcId: 'vpc-1', protocol: 'HTTP', port: 8000 }),
  manifest('LoadBalancer/public', {
    scheme,
    subnets: ['subnet-1', 'subnet-2'],
    listeners: [{ port: 80, protocol: 'HTTP', default: { forward: [{ targetGroup: 'api' }] } }],
  }),
];

it('a change that AWS would refuse half-way is refused in the plan, with what to do, and nothing is sent', async () => {
  await using world = await harness();
  const options = { initiator: { kind: 'commit', name: 'test' } } as const;
  expect(await world.engine.sync(world.application(shop('internet-facing'), 'r1'), options, never)).toMatchObject({
    phase: 'Succeeded',
  });
  const moved = world.application(shop('internal'), 'r2');
  const plan = await world.engine.plan(moved, {}, never);
  expect(plan.refusals).toMatchObject([
    {
      code: 'Impossible',
      ref: 'LoadBalancer/public',
      approvable: false,
      message: expect.stringMatching(
        /\/scheme: a target group serves one load balancer only.*forward to new TargetGroups/,
      ),
    },
  ]);
  const before = world.sandbox.calls()['elasticloadbalancing:CreateLoadBalancer'];
  const refused = await world.engine.sync(moved, options, never);
  expect(refused.phase).not.toBe('Succeeded');
  expect(world.sandbox.calls()['elasticloadbalancing:CreateLoadBalancer']).toBe(before);
});
