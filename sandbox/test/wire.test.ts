import { afterAll, expect, test } from 'vitest';
import { startSandbox } from '../src/index.ts';
import type { Service } from '../src/kernel/service.ts';
import { services } from '../src/services/index.ts';
import { Api, type Operation } from '../src/wire/api.ts';
import { clientOf } from './clients.ts';
import { Samples } from './samples.ts';

const served = { operations: 0 };
const streaming: string[] = [];

/** Event streams are the one part of the protocols that the sandbox does not speak. */
function streams({ output }: Operation): boolean {
  return !output.isUnitSchema() && Object.values(output.getMemberSchemas()).some((member) => member.isStreaming());
}

/** The client turns the id of a global endpoint of EventBridge into a host name. */
function withoutEndpoint(input: object): object {
  return Object.fromEntries(Object.entries(input).filter(([name]) => name !== 'EndpointId'));
}

afterAll(() => {
  process.stdout.write(`${served.operations} operations went through their real client both ways\n`);
});

for (const service of services) {
  test(`every operation of ${service.name} arrives whole and is answered whole`, async () => {
    const api = new Api(service);
    const samples = new Samples(api.constraints);
    let received: unknown;
    let output: object = {};
    const echo: Service = {
      name: service.name,
      sdk: service.sdk,
      model: service.model,
      handlers: Object.fromEntries(
        api.all().map(({ name }) => [
          name,
          (input: object) => {
            received = input;
            return output;
          },
        ]),
      ),
    };
    const sandbox = await startSandbox({ port: 0, throttle: false }, [echo]);
    const client = clientOf(service.sdk, sandbox.url);
    const failures: string[] = [];
    try {
      for (const operation of api.all()) {
        if (streams(operation)) {
          streaming.push(operation.name);
          continue;
        }
        const input = withoutEndpoint(samples.of(operation.input) as object);
        output = samples.of(operation.output) as object;
        try {
          const answer = await client.send(operation.name, structuredClone(input));
          expect(received).toEqual(input);
          if (!operation.output.isUnitSchema()) expect(answer).toEqual(output);
          served.operations += 1;
        } catch (error) {
          failures.push(`${operation.name}: ${String(error)}`);
        }
      }
    } finally {
      client.destroy();
      await sandbox.close();
    }
    expect(failures).toEqual([]);
  });
}

test('the only operations that are not carried are those that answer with an event stream', () => {
  expect(streaming).toEqual(['GetLogObject', 'StartLiveTail']);
});
