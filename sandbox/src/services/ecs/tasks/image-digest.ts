import { createHash } from 'node:crypto';
import type { World } from '../../../kernel/world.ts';

/** The digest of an image: the one in its name, ECR's when ECR has it, else one that is always the same for the name. */
export function imageDigest(world: World, image: string): string {
  const pinned = /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1];
  if (pinned !== undefined) return pinned;
  const known = world.ports.images.digestOf(image);
  return known === undefined || known === 'absent'
    ? `sha256:${createHash('sha256').update(image).digest('hex')}`
    : known;
}
