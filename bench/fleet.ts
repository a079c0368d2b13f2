// Makes a fleet of N services in stepped time and leaves the sandbox's state in a folder: node bench/fleet.ts FOLDER N EVENTS
// In a process of its own, so that its memory is not the measured one's.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { harness } from '../controller/test/harness.ts';
import { fleet } from './fleet-manifests.ts';

const [folder = '', count = '', events = ''] = process.argv.slice(2);
await using world = await harness({ throttle: false });
const operation = await world.engine.sync(
  world.application(fleet(Number(count)), 'r1', { timeoutSeconds: 24 * 3600 }),
  { initiator: { kind: 'person', name: 'bench' } },
  new AbortController().signal,
);
if (operation.phase !== 'Succeeded') throw new Error(`could not prepare: ${operation.message.slice(0, 1000)}`);
await world.sandbox.snapshot(folder);

interface ServiceRecord {
  events: { id: string; createdAt: number; message: string }[];
}

/** Services that have lived for a while answer with 100 events: the first ones again, until there are as many. */
function fill(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  if ('events' in value && 'schedulingStrategy' in value && Array.isArray(value.events)) {
    const service = value as unknown as ServiceRecord;
    const own = [...service.events];
    while (own.length > 0 && service.events.length < Number(events)) {
      const event = own[service.events.length % own.length];
      if (event !== undefined) service.events.push({ ...event, id: `${event.id}-${service.events.length}` });
    }
  }
  for (const member of Object.values(value)) fill(member);
}

const path = join(folder, 'sandbox.json');
const state: unknown = JSON.parse(readFileSync(path, 'utf8'));
fill(state);
writeFileSync(path, JSON.stringify(state));
