import { ModifyListenerCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { Agent, type RequestListener } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forwardTo, LoadBalancerRig } from './testing/load-balancer.ts';
import { ask, type SmallServer, smallServer } from './testing/small-server.ts';
import { type StandIns, startWithStandIns } from './testing/stand-ins.ts';

let rig: StandIns;
beforeAll(async () => {
  rig = await startWithStandIns({ runtime: 'process' });
});
afterAll(() => rig.sandbox.close());

/** What clients saw. */
interface Seen {
  readonly answers: string[];
  readonly failures: string[];
}

/** Several clients that ask without a pause, over kept connections, until they are stopped. */
class Load {
  private readonly agent = new Agent({ keepAlive: true });
  private readonly seen: Seen = { answers: [], failures: [] };
  private readonly done: Promise<unknown>;
  private waiting: { count: number; resolve: () => void } | undefined;
  private going = true;

  constructor(at: { host: string; port: number }, clients: number, methods: readonly string[]) {
    this.done = Promise.all(Array.from({ length: clients }, (_none, index) => this.client(at, index, methods)));
  }

  /** Settles when so many more requests have been answered, well or not. */
  more(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.waiting = { count: this.total() + count, resolve };
    });
  }

  async stop(): Promise<Seen> {
    this.going = false;
    await this.done;
    this.agent.destroy();
    return this.seen;
  }

  private async client(at: { host: string; port: number }, first: number, methods: readonly string[]): Promise<void> {
    for (let i = first; this.going; i++) {
      const method = methods[i % methods.length] ?? 'GET';
      const body = method === 'POST' ? { body: `order ${i}` } : {};
      try {
        const answer = await ask(at, { method, ...body, agent: this.agent });
        if (answer.status === 200) this.seen.answers.push(answer.body);
        else this.seen.failures.push(`${method} ${answer.status}`);
      } catch (error) {
        this.seen.failures.push(`${method} ${String(error)}`);
      }
      if (this.waiting && this.total() >= this.waiting.count) this.waiting.resolve();
    }
  }

  private total(): number {
    return this.seen.answers.length + this.seen.failures.length;
  }
}

/** A server that cuts idle connections very soon. */
function hastyServer(name: string): Promise<SmallServer> {
  const answer: RequestListener = (request, response) => {
    request.resume();
    request.on('end', () => setImmediate(() => response.end(name)));
  };
  return smallServer(name, answer, 2);
}

// Without a deregistration delay a target may stop while a request that must not be sent twice is on its way to it.
for (const [delay, methods] of [
  ['300', ['GET', 'GET', 'POST']],
  ['0', ['GET']],
] as const) {
  test(`no request fails while targets are replaced one by one, deregistration delay ${delay} s`, async () => {
    const balancer = await LoadBalancerRig.create(rig, `rolling-${delay}`);
    const group = await balancer.targetGroup(`rolling-${delay}`);
    await balancer.targetGroupAttributes(group, { 'deregistration_delay.timeout_seconds': delay });
    const at = balancer.address(await balancer.listener(20_080, [forwardTo({ [group]: 1 })]));
    let running = [await hastyServer('task-0'), await hastyServer('task-1')];
    await balancer.register(group, '10.0.0.0', running[0]?.port ?? 0);
    await balancer.register(group, '10.0.0.1', running[1]?.port ?? 0);
    await rig.sandbox.advance(2000);

    const load = new Load(at, 6, methods);
    for (let next = 2; next < 32; next++) {
      const started = await hastyServer(`task-${next}`);
      await balancer.register(group, `10.0.0.${next}`, started.port);
      await rig.sandbox.advance(2000);
      await load.more(50);
      await balancer.deregister(group, `10.0.0.${next - 2}`);
      const [old, ...rest] = running;
      await old?.stop();
      running = [...rest, started];
    }
    const { answers, failures } = await load.stop();
    await Promise.all(running.map((server) => server.stop()));

    expect(failures).toEqual([]);
    expect(new Set(answers).size).toBe(32);
  });
}

test('a target that cuts a kept connection at the moment of a request costs no request', async () => {
  const balancer = await LoadBalancerRig.create(rig, 'cutting');
  const group = await balancer.targetGroup('cutting');
  const at = balancer.address(await balancer.listener(20_095, [forwardTo({ [group]: 1 })]));
  let cuts = 0;
  // Answers the first request of each connection, and cuts the connection when a second one comes.
  const target = createServer((socket) => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
      socket.once('data', () => {
        cuts += 1;
        socket.resetAndDestroy();
      });
    });
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
  await balancer.register(group, '10.2.0.1', (target.address() as AddressInfo).port);
  await rig.sandbox.advance(2000);
  const statuses: number[] = [];
  for (let i = 0; i < 10; i++) {
    statuses.push((await ask(at)).status, (await ask(at, { method: 'POST', body: 'order' })).status);
  }
  await balancer.deregister(group, '10.2.0.1');
  target.close();
  expect(statuses).toEqual(Array(20).fill(200));
  expect(cuts).toBeGreaterThan(0);
});

test('no request fails while all traffic moves from blue to green, step by step', async () => {
  const balancer = await LoadBalancerRig.create(rig, 'blue-green');
  const blue = await balancer.targetGroup('blue');
  const green = await balancer.targetGroup('green');
  const listener = await balancer.listener(20_090, [forwardTo({ [blue]: 10, [green]: 0 })]);
  const servers = [await hastyServer('blue'), await hastyServer('green')];
  await balancer.register(blue, '10.1.0.1', servers[0]?.port ?? 0);
  await balancer.register(green, '10.1.0.2', servers[1]?.port ?? 0);
  await rig.sandbox.advance(2000);
  const load = new Load(balancer.address(listener), 4, ['GET']);
  const shares: Record<number, number> = {};
  for (const weight of [0, 1, 5, 10]) {
    const actions = [forwardTo({ [blue]: 10 - weight, [green]: weight })];
    await balancer.elb.send(new ModifyListenerCommand({ ListenerArn: listener, DefaultActions: actions }));
    const bodies = await Promise.all(
      Array.from({ length: 40 }, async () => (await ask(balancer.address(listener))).body),
    );
    shares[weight] = bodies.filter((body) => body === 'green').length / 40;
  }
  const { failures } = await load.stop();
  await Promise.all(servers.map((server) => server.stop()));
  expect(failures).toEqual([]);
  expect(shares[0]).toBe(0);
  expect(shares[1]).toBeGreaterThan(0);
  expect(shares[1]).toBeLessThan(shares[5] ?? 0);
  expect(shares[10]).toBe(1);
});
