import { describe, expect, it } from 'vitest';
import type { Operation } from '../../api/http/operation.ts';
import { operationView } from '../../server/views.ts';
import { operationOf } from '../../server/testing/states.ts';
import { recordingIo } from '../testing/recording-io.ts';
import type { Client } from './client.ts';
import { followOperation } from './follow-operation.ts';

const operation = (id: string, changes: Partial<Operation>): Operation => ({
  ...operationView(operationOf('web', { id })),
  finishedAt: '2026-01-01T00:01:00.000Z',
  ...changes,
});

/** A controller that knows these operations, and sends no events. */
function controllerWith(...operations: readonly Operation[]): Client {
  const answer = (route: string, id: string | undefined): unknown =>
    route.endsWith('/history')
      ? { kind: 'HistoryList', items: operations }
      : operations.find((known) => known.id === id);
  return {
    server: 'http://127.0.0.1',
    call: async (route, { path }) => answer(route, path?.['id']) as never,
    stream: () => nothing(),
    events: () => nothing(),
  };
}

async function* nothing(): AsyncGenerator<never> {}

const signal = (): AbortSignal => new AbortController().signal;

describe('an operation that is followed', () => {
  it('is followed into the one that goes on with it when the controller was started anew', async () => {
    const cut = operation('18', { phase: 'Error', message: 'interrupted' });
    const next = operation('19', { phase: 'Succeeded', message: 'successfully synced', resumes: '18' });
    const io = recordingIo();
    const client = controllerWith(cut, next);
    const ended = await followOperation(client, cut, { output: 'text', timeoutSeconds: 60 }, io, signal());
    expect(ended.id).toBe('19');
    expect(io.outText()).toBe('web: Succeeded: successfully synced\n');
    expect(io.errText()).toContain('operation 18 of web was interrupted by the end of the controller');
  });

  it('ends as it ended', async () => {
    const failed = operation('3', { phase: 'Failed', message: 'the rollout of Service/web failed' });
    const io = recordingIo();
    const ended = await followOperation(
      controllerWith(failed),
      failed,
      { output: 'json', timeoutSeconds: 60 },
      io,
      signal(),
    );
    expect(ended.phase).toBe('Failed');
    expect(JSON.parse(io.outText())).toMatchObject({ id: '3', phase: 'Failed' });
  });

  it('goes on when its time is over, and the command says how to wait for it', async () => {
    const { finishedAt: _, ...running } = operation('4', { phase: 'Running', message: 'syncing' });
    const following = followOperation(
      controllerWith(running),
      running,
      { output: 'text', timeoutSeconds: 0 },
      recordingIo(),
      signal(),
    );
    await expect(following).rejects.toMatchObject({
      code: 'TimedOut',
      message: expect.stringContaining('operation 4 of web goes on: "longshore app wait web --operation"'),
    });
  });
});
