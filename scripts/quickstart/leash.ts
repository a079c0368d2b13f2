/**
 * `node --import leash.ts SERVICE`: ends the service when the process that started it is gone, so that a sandbox that was
 * killed leaves no tasks behind. A container needs none of this: it lives and dies with its host.
 */
const LOOK_MS = 500;
const parent = process.ppid;

setInterval(() => {
  if (process.ppid !== parent) process.exit(1);
}, LOOK_MS).unref();
