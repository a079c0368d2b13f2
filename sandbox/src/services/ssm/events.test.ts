import {
  DeleteParameterCommand,
  LabelParameterVersionCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { expect, test } from 'vitest';
import { clientSettings } from '../../../test/clients.ts';
import { startSandbox } from '../../index.ts';
import { eventQueue } from '../eventbridge/testing/event-queue.ts';

test('Parameter Store Change: a parameter is created, updated, labelled and deleted', async () => {
  const sandbox = await startSandbox({ port: 0, time: 'stepped' });
  try {
    const ssm = new SSMClient(clientSettings(sandbox.url));
    const queue = await eventQueue(sandbox.url, { source: ['aws.ssm'], 'detail-type': ['Parameter Store Change'] });
    const parameter = { Name: '/app/token', Value: 'a', Description: 'a token' };
    await ssm.send(new PutParameterCommand({ ...parameter, Type: 'SecureString' }));
    await ssm.send(new PutParameterCommand({ ...parameter, Value: 'b', Overwrite: true }));
    await ssm.send(new LabelParameterVersionCommand({ Name: '/app/token', Labels: ['live'] }));
    await ssm.send(new DeleteParameterCommand({ Name: '/app/token' }));
    const events = await queue.drain();
    expect(events[0]).toMatchObject({
      resources: ['arn:aws:ssm:eu-west-1:111122223333:parameter/app/token'],
      detail: { operation: 'Create', name: '/app/token', type: 'SecureString', description: 'a token' },
    });
    expect(events.map(({ detail }) => detail['operation'])).toEqual([
      'Create',
      'Update',
      'LabelParameterVersion',
      'Delete',
    ]);
  } finally {
    await sandbox.close();
  }
});
