import { splitRef, type Ref } from '../../core/manifest.ts';
import type { Io } from '../io.ts';
import type { Client } from '../remote/client.ts';
import { followOperation } from '../remote/follow-operation.ts';
import { patiently } from '../remote/patience.ts';
import type { Desk } from './desk.ts';

/** What a desk is about. */
interface About {
  readonly client: Client;
  readonly application: string;
  readonly ref: Ref;
}

/** A resource of an Application of a controller. Looks wait for a controller that is started anew; nothing else does. */
export function remoteDesk({ client, application, ref }: About, io: Io, signal: AbortSignal): Desk {
  const { kind, name: resource } = splitRef(ref);
  const path = { name: application, kind, resource };
  return {
    application,
    ref,
    rollout: () =>
      patiently(
        () => client.call('GET /api/v1/applications/{name}/rollouts/{kind}/{resource}', { path, signal }),
        signal,
        io,
      ),
    act: (action) =>
      client.call('POST /api/v1/applications/{name}/rollouts/{kind}/{resource}/actions', {
        path,
        body: { action },
        signal,
      }),
    tasks: async () =>
      (await client.call('GET /api/v1/applications/{name}/resources/{kind}/{resource}/tasks', { path, signal })).items,
    scale: (body) =>
      client.call('POST /api/v1/applications/{name}/resources/{kind}/{resource}/scale', { path, body, signal }),
    exec: (body) =>
      client.call('POST /api/v1/applications/{name}/resources/{kind}/{resource}/exec', { path, body, signal }),
    run: async ({ output, timeoutSeconds }) => {
      const begun = await client.call('POST /api/v1/applications/{name}/resources/{kind}/{resource}/run', {
        path,
        signal,
      });
      const ended = await followOperation(client, begun, { output, timeoutSeconds }, io, signal);
      const exitCode = ended.results.find((result) => result.ref === ref)?.exitCode;
      return { phase: ended.phase, message: ended.message, ...(exitCode !== undefined && { exitCode }) };
    },
    logs: (query) =>
      client.stream('GET /api/v1/applications/{name}/logs', {
        path: { name: application },
        query: { ...query, resource: ref },
        signal,
      }),
  };
}
