import { CreateTargetGroupCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { CreateServiceCommand, ECSClient } from '@aws-sdk/client-ecs';
import type { NormalizedSchema } from '@smithy/core/schema';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../src/index.ts';
import type { Service } from '../src/kernel/service.ts';
import { services } from '../src/services/index.ts';
import { Api } from '../src/wire/api.ts';
import type { TypeConstraints } from '../src/wire/constraints.ts';
import { Validator } from '../src/wire/validate.ts';
import { clientSettings } from './clients.ts';
import { Samples } from './samples.ts';

describe('every constraint of a top-level member is enforced', () => {
  for (const service of services) {
    test(service.name, () => {
      const api = new Api(service);
      const validator = new Validator(api.constraints);
      const samples = new Samples(api.constraints);
      const missed: string[] = [];
      for (const operation of api.all()) {
        if (operation.input.isUnitSchema()) continue;
        const full = samples.of(operation.input) as Record<string, unknown>;
        expect(validator.check(operation.input, full), operation.name).toBeUndefined();
        for (const [member, broken] of breakages(operation.input, full, api)) {
          const message = validator.check(operation.input, { ...full, [member]: broken });
          const path = member.charAt(0).toLowerCase() + member.slice(1);
          if (!message?.includes(`at '${path}' failed to satisfy constraint`))
            missed.push(`${operation.name}.${member}`);
        }
      }
      expect(missed).toEqual([]);
    });
  }
});

/** For each constrained member, a value that breaks one of its constraints. */
function breakages(input: NormalizedSchema, full: Record<string, unknown>, { constraints }: Api): [string, unknown][] {
  const members = constraints.structures[input.getName() ?? ''] ?? {};
  return Object.entries(members).flatMap(([member, type]): [string, unknown][] => {
    const broken = breakageOf(constraints.types[type] ?? {}, full[member]);
    return broken === undefined ? [] : [[member, broken]];
  });
}

function breakageOf({ enum: allowed, min, max }: TypeConstraints, sample: unknown): unknown {
  if (allowed) return 'no-such-value';
  if (typeof sample === 'number') return min === undefined ? (max ?? 0) + 1 : min - 1;
  if (typeof sample === 'string') {
    if (max !== undefined && max < 100_000) return 'x'.repeat(max + 1);
    return min ? '' : undefined;
  }
  if (Array.isArray(sample) && max !== undefined && max < 1000) return Array(max + 1).fill(sample[0]);
  return undefined;
}

describe('over the wire', () => {
  let sandbox: Sandbox;
  const accepting = services.map((service): Service => {
    const { name, sdk, model } = service;
    return { name, sdk, model, handlers: { CreateService: accept, CreateTargetGroup: accept, GetParameters: accept } };
  });
  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0 }, accepting);
  });
  afterAll(() => sandbox.close());

  test('Validation: a Query service answers ValidationError with the words of the common validation layer', async () => {
    const client = new ElasticLoadBalancingV2Client(clientSettings(sandbox.url));
    const command = new CreateTargetGroupCommand({ Name: 'web', HealthCheckIntervalSeconds: 1 });
    await expect(client.send(command)).rejects.toMatchObject({
      name: 'ValidationError',
      message:
        "1 validation error detected: Value '1' at 'healthCheckIntervalSeconds' failed to satisfy constraint: Member must have value greater than or equal to 5",
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('Validation: a required member that is missing must not be null', async () => {
    const client = new ElasticLoadBalancingV2Client(clientSettings(sandbox.url));
    await expect(client.send(new CreateTargetGroupCommand({ Name: undefined }))).rejects.toMatchObject({
      name: 'ValidationError',
      message:
        "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null",
    });
  });

  test('Validation: ECS answers InvalidParameterException and counts all errors', async () => {
    const client = new ECSClient(clientSettings(sandbox.url));
    const command = new CreateServiceCommand({
      serviceName: undefined,
      launchType: 'MOON' as 'FARGATE',
      capacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1001 }],
    });
    await expect(client.send(command)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringMatching(
        /^3 validation errors detected: Value null at 'serviceName' .*; Value 'MOON' at 'launchType' failed to satisfy constraint: Member must satisfy enum value set: \[.*FARGATE.*\]; Value '1001' at 'capacityProviderStrategy\.1\.member\.weight' .*less than or equal to 1000$/,
      ),
    });
  });

  test('Validation: an element of a list of plain values is reported on the list', async () => {
    const client = new SSMClient(clientSettings(sandbox.url));
    await expect(client.send(new GetParametersCommand({ Names: ['fine', ''] }))).rejects.toMatchObject({
      name: 'ValidationException',
      message:
        "1 validation error detected: Value '[fine, ]' at 'names' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 2048, Member must have length greater than or equal to 1]",
    });
  });
});

function accept(): object {
  return {};
}
