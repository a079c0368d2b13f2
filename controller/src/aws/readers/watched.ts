import { type AlarmType, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { type DescribeSecretResponse, DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { DescribeParametersCommand, type ParameterMetadata } from '@aws-sdk/client-ssm';
import { doing } from '../errors.ts';
import { READ } from '../reads.ts';
import { Kept } from './kept.ts';
import { allPages, type Batch, type Reader, singleReader } from './reader.ts';

/** Readers of what rollouts watch and nobody here makes: alarms, secrets, parameters. Reads never get a value. */
export function watchedReaders(): readonly Reader[] {
  return [alarms, secrets(), parameters()];
}

/** How many secrets and how many parameters are kept. */
const KEPT = 10_000;

/** What was read longer ago than this is read anew, in milliseconds. */
const MAX_AGE_MS = 60_000;

/** Without them DescribeAlarms gives metric alarms alone. */
const AlarmTypes: AlarmType[] = ['MetricAlarm', 'CompositeAlarm'];

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
const alarms: Reader = {
  type: READ.alarm,
  maxBatch: 100,
  load: async (keys, { clients, abort }) => {
    const { cloudWatch } = clients.rollouts();
    const found = await doing(
      'DescribeAlarms',
      allPages(
        (NextToken) =>
          cloudWatch.send(
            new DescribeAlarmsCommand({ AlarmNames: [...keys], AlarmTypes, MaxRecords: 100, NextToken }),
            abort,
          ),
        ({ MetricAlarms = [], CompositeAlarms = [] }) => [...MetricAlarms, ...CompositeAlarms],
        (page) => page.NextToken,
      ),
    );
    return new Map(found.map((alarm) => [alarm.AlarmName ?? '', alarm]));
  },
};

function secrets(): Reader {
  const kept = new Kept<DescribeSecretResponse>(KEPT);
  return singleReader(READ.secret, 'DescribeSecret', async (SecretId, { clients, abort, fresh, now }) => {
    const known = fresh ? undefined : kept.get(SecretId, now.getTime() - MAX_AGE_MS);
    if (known !== undefined) return known;
    const { secretsManager } = clients.rollouts();
    return kept.keep(
      SecretId,
      await secretsManager.send(new DescribeSecretCommand({ SecretId }), abort),
      now.getTime(),
    );
  });
}

/** A filter by name takes 50 of them: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html */
function parameters(): Reader {
  const kept = new Kept<ParameterMetadata>(KEPT);
  return {
    type: READ.parameter,
    maxBatch: 50,
    load: async (keys, batch) => {
      const notBefore = batch.now.getTime() - MAX_AGE_MS;
      const found = new Map<string, ParameterMetadata>();
      for (const name of batch.fresh ? [] : keys) {
        const known = kept.get(name, notBefore);
        if (known !== undefined) found.set(name, known);
      }
      const missing = keys.filter((name) => !found.has(name));
      for (const parameter of missing.length === 0 ? [] : await describe(missing, batch)) {
        const name = parameter.Name ?? '';
        found.set(name, kept.keep(name, parameter, batch.now.getTime()));
      }
      return found;
    },
  };
}

function describe(names: readonly string[], { clients, abort }: Batch): Promise<readonly ParameterMetadata[]> {
  const ParameterFilters = [{ Key: 'Name', Option: 'Equals', Values: [...names] }];
  return doing(
    'DescribeParameters',
    allPages(
      (NextToken) =>
        clients.ssm.send(new DescribeParametersCommand({ ParameterFilters, MaxResults: 50, NextToken }), abort),
      (page) => page.Parameters,
      (page) => page.NextToken,
    ),
  );
}
