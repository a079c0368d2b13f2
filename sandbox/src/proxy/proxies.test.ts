import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DeleteListenerCommand, ModifyLoadBalancerAttributesCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect, createServer, type AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { forwardTo, LoadBalancerRig } from './testing/load-balancer.ts';
import { ask, type SmallServer, smallServer } from './testing/small-server.ts';
import { type StandIns, startWithStandIns } from './testing/stand-ins.ts';

let rig: StandIns;
let balancer: LoadBalancerRig;
const servers: SmallServer[] = [];
const fixed = (text: string) => ({
  Type: 'fixed-response' as const,
  FixedResponseConfig: { StatusCode: '200', ContentType: 'text/plain', MessageBody: text },
});

beforeAll(async () => {
  rig = await startWithStandIns({ runtime: 'process' });
  balancer = await LoadBalancerRig.create(rig, 'web');
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.server.closeAllConnections();
    await server.stop();
  }
});
afterAll(() => rig.sandbox.close());

async function target(group: string, ip: string, ...rest: Parameters<typeof smallServer>): Promise<SmallServer> {
  const server = await smallServer(...rest);
  servers.push(server);
  await balancer.register(group, ip, server.port);
  return server;
}

test('listeners below port 1024 are served 8000 above, and a busy port gives way to the next one', async () => {
  const first = balancer.address(await balancer.listener(81, [fixed('a')]));
  const other = await LoadBalancerRig.create(rig, 'other');
  const second = other.address(await other.listener(81, [fixed('b')]));
  expect(first.port).toBeGreaterThanOrEqual(8081);
  expect(second.port).toBeGreaterThan(first.port);
  expect((await ask(first)).body).toBe('a');
  expect((await ask(second)).body).toBe('b');
});

test('a deleted listener takes no connection any more', async () => {
  const arn = await balancer.listener(20_101, [fixed('here')]);
  const at = balancer.address(arn);
  expect((await ask(at)).status).toBe(200);
  await balancer.elb.send(new DeleteListenerCommand({ ListenerArn: arn }));
  expect(rig.sandbox.listeners()[arn]).toBeUndefined();
  await expect(ask(at)).rejects.toThrow('ECONNREFUSED');
});

test('rules are evaluated by priority, the default rule last', async () => {
  const listener = await balancer.listener(20_102, [fixed('default')]);
  await balancer.rule(listener, 20, [{ Field: 'path-pattern', Values: ['/api/*'] }], [fixed('api')]);
  await balancer.rule(listener, 10, [{ Field: 'path-pattern', Values: ['/api/v2/*'] }], [fixed('v2')]);
  await balancer.rule(listener, 30, [{ Field: 'host-header', Values: ['*.example.com'] }], [fixed('host')]);
  const at = balancer.address(listener);
  const body = async (path: string, headers = {}) => (await ask(at, { path, headers })).body;
  expect(await body('/api/v1/x')).toBe('api');
  expect(await body('/api/v2/x?y')).toBe('v2');
  expect(await body('/API/v2/x')).toBe('default');
  expect(await body('/', { host: 'WWW.example.com:20102' })).toBe('host');
});

test('targets see the forwarding headers, and the client the target', async () => {
  const group = await balancer.targetGroup('headers');
  const at = balancer.address(await balancer.listener(20_103, [forwardTo({ [group]: 1 })]));
  await target(group, '10.2.0.1', 'echo', (request, response) => {
    response.setHeader('set-cookie', ['a=1', 'b=2']);
    response.end(JSON.stringify({ ...request.headers, url: request.url }));
  });
  await rig.sandbox.advance(2000);
  const answer = await ask(at, {
    path: '/p?q=1',
    headers: { 'x-forwarded-for': '198.51.100.7', host: 'shop.example.com' },
  });
  const seen = JSON.parse(answer.body) as Record<string, string>;
  expect(seen).toMatchObject({
    url: '/p?q=1',
    host: 'shop.example.com',
    'x-forwarded-for': '198.51.100.7, 127.0.0.1',
    'x-forwarded-proto': 'http',
    'x-forwarded-port': '20103',
  });
  expect(seen['x-amzn-trace-id']).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
  expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2']);
});

test('large bodies pass both ways without being held', async () => {
  const group = await balancer.targetGroup('bodies');
  const at = balancer.address(await balancer.listener(20_104, [forwardTo({ [group]: 1 })]));
  await target(group, '10.3.0.1', 'echo', (request, response) => request.pipe(response));
  await rig.sandbox.advance(2000);
  const body = Buffer.alloc(5_000_000, 'longshore ');
  const answer = await ask(at, { method: 'POST', body });
  expect(createHash('sha256').update(answer.body).digest('hex')).toBe(createHash('sha256').update(body).digest('hex'));
});

test('a target group without targets is 503, a refused connection is 502', async () => {
  const group = await balancer.targetGroup('errors');
  const at = balancer.address(await balancer.listener(20_105, [forwardTo({ [group]: 1 })]));
  expect((await ask(at)).status).toBe(503);
  const gone = await target(group, '10.4.0.1', 'gone');
  await rig.sandbox.advance(2000);
  await gone.stop();
  const answer = await ask(at, { method: 'POST', body: 'lost' });
  expect(answer.status).toBe(502);
  expect(answer.headers.server).toBe('awselb/2.0');
});

test('a target that is silent for the idle timeout is 504', async () => {
  const slow = await LoadBalancerRig.create(rig, 'slow');
  await slow.elb.send(
    new ModifyLoadBalancerAttributesCommand({
      LoadBalancerArn: slow.arn,
      Attributes: [{ Key: 'idle_timeout.timeout_seconds', Value: '1' }],
    }),
  );
  const group = await slow.targetGroup('slow');
  const at = slow.address(await slow.listener(20_106, [forwardTo({ [group]: 1 })]));
  await target(group, '10.5.0.1', 'silent', (request, response) => {
    if (request.headers['user-agent'] === 'ELB-HealthChecker/2.0') response.end();
  });
  await rig.sandbox.advance(2000);
  expect((await ask(at)).status).toBe(504);
});

test('with only unhealthy targets the load balancer fails open', async () => {
  const group = await balancer.targetGroup('open');
  const at = balancer.address(await balancer.listener(20_107, [forwardTo({ [group]: 1 })]));
  await target(group, '10.6.0.1', 'sick', (request, response) => {
    response.statusCode = request.headers['user-agent'] === 'ELB-HealthChecker/2.0' ? 500 : 200;
    response.end('sick');
  });
  await rig.sandbox.advance(60_000);
  expect((await ask(at)).body).toBe('sick');
  await target(group, '10.6.0.2', 'well');
  await rig.sandbox.advance(2000);
  const bodies = await Promise.all(Array.from({ length: 6 }, async () => (await ask(at)).body));
  expect(new Set(bodies)).toEqual(new Set(['well']));
});

test('a request under way to a draining target ends well, and no new one goes there', async () => {
  const group = await balancer.targetGroup('draining');
  const at = balancer.address(await balancer.listener(20_108, [forwardTo({ [group]: 1 })]));
  let finish: (() => void) | undefined;
  const arrived = new Promise<void>((resolve) => {
    void target(group, '10.7.0.1', 'old', (request, response) => {
      if (request.url !== '/long') {
        response.end('old');
        return;
      }
      response.write('begun ');
      finish = () => response.end('ended');
      resolve();
    });
  });
  await rig.sandbox.advance(2000);
  await expect.poll(async () => (await ask(at)).body).toBe('old');
  const long = ask(at, { path: '/long' });
  await arrived;
  await balancer.deregister(group, '10.7.0.1');
  expect((await ask(at)).status).toBe(503);
  finish?.();
  expect((await long).body).toBe('begun ended');
});

test('WebSocket connections pass through', async () => {
  const group = await balancer.targetGroup('sockets');
  const at = balancer.address(await balancer.listener(20_109, [forwardTo({ [group]: 1 })]));
  const server = await target(group, '10.8.0.1', 'socket');
  server.server.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n');
    socket.pipe(socket);
  });
  await rig.sandbox.advance(2000);
  const echoed = await new Promise<string>((resolve, reject) => {
    const out = httpRequest({ ...at, headers: { connection: 'Upgrade', upgrade: 'websocket' } });
    out.on('upgrade', (_answer, socket) => {
      socket.once('data', (data: Buffer) => {
        resolve(data.toString());
        socket.destroy();
      });
      socket.write('hello');
    });
    out.on('error', reject);
    out.end();
  });
  expect(echoed).toBe('hello');
});

test('HTTPS listeners serve TLS with a certificate of the sandbox itself', async () => {
  const group = await balancer.targetGroup('secure');
  const at = balancer.address(await balancer.listener(20_110, [forwardTo({ [group]: 1 })], 'HTTPS'));
  await target(
    group,
    '10.9.0.1',
    'echo',
    (request, response) => void response.end(request.headers['x-forwarded-proto']),
  );
  await rig.sandbox.advance(2000);
  const proto = await new Promise<string>((resolve, reject) => {
    const out = httpsRequest({ ...at, rejectUnauthorized: false, agent: false }, (answer) => {
      answer.once('data', (data: Buffer) => resolve(data.toString()));
    });
    out.on('error', reject);
    out.end();
  });
  expect(proto).toBe('https');
});

test('TCP listeners of network load balancers pass bytes', async () => {
  const network = await LoadBalancerRig.create(rig, 'network', 'network');
  const group = await network.targetGroup('bytes', { Protocol: 'TCP' });
  const at = network.address(await network.listener(20_111, [forwardTo({ [group]: 1 })], 'TCP'));
  const echo = createServer((socket) => socket.pipe(socket));
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  await network.register(group, '10.10.0.1', (echo.address() as AddressInfo).port);
  await rig.sandbox.advance(2000);
  const echoed = await new Promise<string>((resolve, reject) => {
    const socket = connect(at, () => socket.write('ping'));
    socket.once('data', (data) => {
      resolve(data.toString());
      socket.destroy();
    });
    socket.on('error', reject);
  });
  echo.close();
  expect(echoed).toBe('ping');
});

test('requests are counted in CloudWatch for the load balancer and the target group', async () => {
  const counted = await LoadBalancerRig.create(rig, 'counted');
  const group = await counted.targetGroup('counted');
  const at = counted.address(await counted.listener(20_112, [forwardTo({ [group]: 1 })]));
  await target(group, '10.11.0.1', 'answers', (request, response) => {
    response.statusCode = request.url === '/bad' ? 500 : 200;
    response.end();
  });
  await rig.sandbox.advance(2000);
  for (const path of ['/', '/', '/bad']) await ask(at, { path });
  const LoadBalancer = counted.arn.split(':loadbalancer/')[1] ?? '';
  const TargetGroup = group.split(':').at(-1) ?? '';
  const sums = async (MetricName: string, dimensions: Record<string, string>) => {
    const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
    const found = await new CloudWatchClient(rig.client).send(
      new GetMetricDataCommand({
        StartTime: new Date(rig.sandbox.now() - 600_000),
        EndTime: new Date(rig.sandbox.now() + 60_000),
        MetricDataQueries: [
          {
            Id: 'm',
            MetricStat: {
              Metric: { Namespace: 'AWS/ApplicationELB', MetricName, Dimensions },
              Period: 3600,
              Stat: 'Sum',
            },
          },
        ],
      }),
    );
    return found.MetricDataResults?.[0]?.Values?.[0];
  };
  expect(await sums('RequestCount', { LoadBalancer })).toBe(3);
  expect(await sums('HTTPCode_Target_2XX_Count', { LoadBalancer, TargetGroup })).toBe(2);
  expect(await sums('HTTPCode_Target_5XX_Count', { LoadBalancer })).toBe(1);
  expect(await sums('RequestCountPerTarget', { TargetGroup })).toBe(3);
});
