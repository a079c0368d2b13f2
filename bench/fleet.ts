// Makes a fleet of N services in stepped time and leaves the sandbox's state in a folder: node bench/fleet.ts FOLDER N
// In a process of its own, so that its memory is not the measured one's.
import { harness } from '../controller/test/harness.ts';
import { fleet } from './fleet-manifests.ts';

const [folder = '', count = ''] = process.argv.slice(2);
await using world = await harness({ throttle: false });
for (const application of fleet(Number(count))) {
  const operation = await world.engine.sync(
    application,
    { initiator: { kind: 'person', name: 'bench' } },
    new AbortController().signal,
  );
  if (operation.phase !== 'Succeeded') throw new Error(`could not prepare: ${operation.message.slice(0, 1000)}`);
}
await world.sandbox.snapshot(folder);
