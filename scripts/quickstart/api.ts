import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Clock } from '../../controller/src/core/clock.ts';
import type { EventSink } from '../../controller/src/core/events.ts';
import { noConfiguration } from '../../controller/src/cli/controller/configuration.ts';
import { serveController } from '../../controller/src/cli/controller/serve.ts';
import type { RunningController } from '../../controller/src/cli/controller/start.ts';
import type { Io } from '../../controller/src/cli/io.ts';
import type { EventFeed } from '../../controller/src/server/events/feed.ts';
import type { HttpEndpoint } from '../../controller/src/server/http.ts';
import { createMetrics } from '../../controller/src/server/metrics.ts';

const PROGRAM = fileURLToPath(new URL('../../controller/bin/longshore.js', import.meta.url));

/** What the API is served with. */
export interface ApiParts {
  readonly running: RunningController;
  readonly clock: Clock;
  readonly sink: EventSink;
  readonly feed: EventFeed;
  readonly io: Io;
}

/** The controller's HTTP API on a free port of this machine, for whoever is on it. */
export async function serveApi({ running, clock, sink, feed, io }: ApiParts): Promise<HttpEndpoint> {
  return await serveController(
    { host: '127.0.0.1', port: 0 },
    {
      running,
      configuration: noConfiguration(io),
      clock,
      sink,
      feed,
      metrics: createMetrics(),
      healthy: () => true,
      insecureNoAuth: true,
      pullRequest: () => undefined,
    },
  );
}

/** An Application as `longshore app list` shows it. */
export interface ListedApplication {
  readonly name: string;
  readonly sync: string;
  readonly health: string;
}

/** What `longshore app list` says, as a program of its own, when nothing is under way. */
export async function listedAt(url: string, name: string): Promise<readonly ListedApplication[]> {
  await longshore('app', 'wait', name, '--operation', '--health', '--timeout', '60', '--server', url);
  const { items } = JSON.parse(await longshore('app', 'list', '-o', 'json', '--server', url)) as {
    items: { metadata: { name: string }; status: { sync: { status: string }; health: { status: string } } }[];
  };
  return items.map(({ metadata, status }) => ({
    name: metadata.name,
    sync: status.sync.status,
    health: status.health.status,
  }));
}

async function longshore(...args: readonly string[]): Promise<string> {
  return (await promisify(execFile)(process.execPath, [PROGRAM, ...args])).stdout;
}
