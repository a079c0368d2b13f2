import type { Sandbox } from '@longshore/sandbox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AwsContext } from '../src/aws/context.ts';
import type { Desired, Driver, Part } from '../src/core/driver.ts';
import { ownershipOf, type Owner } from '../src/core/ownership.ts';
import type { Kind } from '../src/kinds/kind.ts';
import { converge, converged, freshPass, mutations, removed } from './converge.ts';

/** What the contract is tried on. */
export interface ContractCase<Spec, Live> {
  readonly kind: Kind<Spec, Live>;
  /** A sandbox with stepped time, and clients of it whose clock steps it. */
  readonly sandbox: Sandbox;
  readonly aws: AwsContext;
  readonly owner: Owner;
  /** What Git says first. Everything that it needs is there already. */
  readonly desired: Desired<Spec>;
  /** What Git says next: fields that change in place, or that restart tasks. */
  readonly changed: Desired<Spec>;
  /** Somebody changes by hand what Git decides. */
  drift(live: Live): Promise<void>;
  readonly close: () => Promise<void>;
}

/** What every driver has to hold to. The tests run in this order, on one sandbox. */
export function driverContract<Spec, Live>(name: string, setUp: () => Promise<ContractCase<Spec, Live>>): void {
  describe(`driver contract: ${name}`, () => {
    let tried: ContractCase<Spec, Live>;
    let driver: Driver<Spec, Live>;
    let recorded: readonly Part[] = [];

    beforeAll(async () => {
      tried = await setUp();
      driver = tried.kind.driver(tried.aws);
    });
    afterAll(async () => tried?.close());

    const look = (desired: Desired<Spec>): Promise<Live | undefined> =>
      driver.observe({ desired, recorded: [] }, freshPass(tried));
    const mustSee = async (desired: Desired<Spec>): Promise<Live> => {
      const live = await look(desired);
      if (live === undefined) throw new Error(`${desired.id} is not there`);
      return live;
    };

    test('what was never made is absent', async () => {
      expect(await look(tried.desired)).toBeUndefined();
    });

    test('ensure makes it, and then nothing differs and it is healthy', async () => {
      const live = await converge(tried, tried.desired);
      expect(driver.diff(tried.desired, live)).toEqual([]);
      expect((await converged(tried, tried.desired)).health.status).toBe('Healthy');
    });

    test('ensure again changes nothing', async () => {
      const before = mutations(tried.sandbox);
      await driver.ensure(tried.desired, await mustSee(tried.desired), freshPass(tried));
      expect(mutations(tried.sandbox)).toEqual(before);
    });

    test('every part that takes tags says that it is ours', async () => {
      recorded = driver.parts(await mustSee(tried.desired));
      expect(recorded.length).toBeGreaterThan(0);
      for (const part of recorded) expect([part.id, ownershipOf(part, tried.owner)]).toSatisfy(isOurs);
    });

    test('the recorded parts alone find the same thing', async () => {
      const live = await driver.observe({ recorded }, freshPass(tried));
      if (live === undefined) throw new Error('the recorded parts found nothing');
      expect(driver.parts(live).map((part) => part.id)).toEqual(recorded.map((part) => part.id));
    });

    test('a change made by hand is seen and taken back', async () => {
      await tried.drift(await mustSee(tried.desired));
      expect(driver.diff(tried.desired, await mustSee(tried.desired))).not.toEqual([]);
      const live = await converge(tried, tried.desired);
      expect(driver.diff(tried.desired, live)).toEqual([]);
    });

    test('a change in Git is seen and made', async () => {
      expect(driver.diff(tried.changed, await mustSee(tried.changed))).not.toEqual([]);
      await converge(tried, tried.changed);
      const { live, health } = await converged(tried, tried.changed);
      expect(driver.diff(tried.changed, live)).toEqual([]);
      expect(health.status).toBe('Healthy');
    });

    test('remove takes it away, and away it stays', async () => {
      await removed(tried, tried.changed);
      expect(await look(tried.changed)).toBeUndefined();
      expect(await driver.observe({ recorded }, freshPass(tried))).toBeUndefined();
    });

    test('it can be made again after it was removed', async () => {
      await converge(tried, tried.desired);
      const { live, health } = await converged(tried, tried.desired);
      expect(driver.diff(tried.desired, live)).toEqual([]);
      expect(health.status).toBe('Healthy');
      await removed(tried, tried.desired);
    });
  });
}

function isOurs([, ownership]: readonly [string, string]): boolean {
  return ownership === 'ours' || ownership === 'parent';
}
