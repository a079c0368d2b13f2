import { ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import { expect, it } from 'vitest';
import { customUserAgent, isAgent } from './agent.ts';

/** The user agent that the SDK really sends. */
async function sent(version: string, instance: string): Promise<string> {
  const client = new ECSClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    customUserAgent: customUserAgent({ version, instance }),
  });
  let agent = '';
  client.middlewareStack.add(
    () => async (args) => {
      agent = (args.request as { readonly headers: Readonly<Record<string, string>> }).headers['user-agent'] ?? '';
      throw new Error('far enough');
    },
    { step: 'finalizeRequest', priority: 'low' },
  );
  await expect(client.send(new ListClustersCommand({}))).rejects.toThrow('far enough');
  client.destroy();
  return agent;
}

it('is recognised in what the SDK sends, also after an upgrade', async () => {
  expect(await sent('0.1.0', 'default')).toMatch(/ longshore\/0\.1\.0 instance\/default$/u);
  expect(isAgent(await sent('0.1.0', 'default'), 'default')).toBe(true);
  expect(isAgent(await sent('9.9.9-rc.1+build', 'default'), 'default')).toBe(true);
});

it('is recognised when the name of the instance has characters that a user agent cannot carry', async () => {
  expect(isAgent(await sent('1.0.0', 'prod eu/1 "Ä"'), 'prod eu/1 "Ä"')).toBe(true);
});

it('is not taken for another instance, nor for another program', async () => {
  expect(isAgent(await sent('0.1.0', 'prod'), 'prod-2')).toBe(false);
  expect(isAgent(await sent('0.1.0', 'prod-2'), 'prod')).toBe(false);
  expect(isAgent('aws-cli/2.13.17 instance/prod command/ecs', 'prod')).toBe(false);
  expect(isAgent('ecs.amazonaws.com', 'prod')).toBe(false);
  expect(isAgent('[longshore/1.0 instance/prod]', 'prod')).toBe(true);
});
