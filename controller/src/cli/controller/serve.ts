import type { EventSink } from '../../core/events.ts';
import type { Clock } from '../../core/clock.ts';
import type { HttpEndpoint, ListenAddress } from '../../server/http.ts';
import type { EventFeed } from '../../server/events/feed.ts';
import type { Metrics } from '../../server/metrics.ts';
import { serveApi } from '../../server/serve.ts';
import { packageVersion } from '../package-version.ts';
import { accessSettings } from './access.ts';
import type { Configuration } from './configuration.ts';
import { containerLogs } from './container-logs.ts';
import type { RunningController } from './start.ts';
import { webhookReceiver } from './webhooks.ts';

/** What the HTTP API of a controller is served with. */
export interface Serving {
  readonly running: RunningController;
  readonly configuration: Configuration;
  readonly clock: Clock;
  readonly sink: EventSink;
  readonly feed: EventFeed;
  readonly metrics: Metrics;
  /** False while the process stops. */
  readonly healthy: () => boolean;
  readonly insecureNoAuth: boolean;
  /** Hears of pull requests by webhook, with the addresses of the repository. */
  readonly pullRequest: (repoURLs: readonly string[]) => void;
}

/** Serves the HTTP API, metrics and probes of a controller. @throws TerminalError as `serveApi` does */
export function serveController(address: ListenAddress, serving: Serving): Promise<HttpEndpoint> {
  const { running, configuration, clock, sink, feed, metrics, healthy, insecureNoAuth, pullRequest } = serving;
  const { controller, store } = running;
  return serveApi(address, {
    control: controller,
    store,
    clock,
    sink,
    feed,
    metrics,
    healthy,
    readiness: {
      applications: async () => (controller.ready ? undefined : 'the Applications were not read yet'),
      store: async () => {
        await store.list('token', '', 1);
        return undefined;
      },
    },
    webhook: webhookReceiver(controller, configuration, metrics.observeWebhook, pullRequest),
    logs: containerLogs({ control: controller, connect: running.connect, clock }),
    version: packageVersion(),
    settings: accessSettings(configuration, insecureNoAuth),
  });
}
