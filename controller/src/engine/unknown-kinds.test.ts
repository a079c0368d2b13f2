import { expect, it } from 'vitest';
import { application, manifest } from '../../test/applications.ts';
import { engineWorld, never } from '../../test/engine-world.ts';

it.each(['Application', 'ApplicationSet'])(
  'a %s without a controller is refused with the reason and the way out',
  async (kind) => {
    const { engine } = engineWorld();
    const input = application([manifest(`${kind}/child`)]);
    await expect(engine.plan(input, {}, never)).rejects.toMatchObject({
      problems: [
        {
          path: '/kind',
          message: expect.stringMatching(new RegExp(`${kind} "child" is kept by a controller.*by its own file`, 'u')),
        },
      ],
    });
  },
);
