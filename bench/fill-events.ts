// Gives each service of a sandbox's state N events, as one has that lived for a while: node bench/fill-events.ts FROM TO N
// ECS answers with up to 100 events: the service's own ones again, until there are as many.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [from = '', to = '', events = ''] = process.argv.slice(2);

interface ServiceRecord {
  events: { id: string; createdAt: number; message: string }[];
}

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

const state: unknown = JSON.parse(readFileSync(join(from, 'sandbox.json'), 'utf8'));
fill(state);
mkdirSync(to, { recursive: true });
writeFileSync(join(to, 'sandbox.json'), JSON.stringify(state));
