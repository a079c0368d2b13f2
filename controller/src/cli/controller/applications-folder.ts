import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidInputError } from '../../core/errors.ts';
import { readApplications } from '../applications.ts';
import { type Target, targetOfManifest } from '../target.ts';

/** A file that could not be taken up. */
export interface RefusedFile {
  readonly file: string;
  readonly message: string;
}

/** What a look at the folder gave. */
export interface FolderContent {
  readonly applications: readonly Target[];
  /** Their Applications of before, if there were any, go on. */
  readonly refused: readonly RefusedFile[];
}

/**
 * The Applications of a folder of manifests. A file that cannot be read does not stop the others, and does not end the
 * Applications that it held: only a file that is gone does that.
 */
export class ApplicationsFolder {
  readonly #folder: string;
  #known = new Map<string, readonly Target[]>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws when the folder itself cannot be listed. */
  async read(): Promise<FolderContent> {
    const names = (await readdir(this.#folder)).filter((name) => /^[^.].*\.(ya?ml|json)$/u.test(name)).toSorted();
    const known = new Map<string, readonly Target[]>();
    const refused: RefusedFile[] = [];
    const owners = new Map<string, string>();
    for (const name of names) {
      try {
        known.set(name, this.#claim(await this.#readFile(name), name, owners));
      } catch (error) {
        refused.push({ file: name, message: messageOf(error) });
        const before = (this.#known.get(name) ?? []).filter((target) => !owners.has(target.name));
        known.set(name, this.#claim(before, name, owners));
      }
    }
    this.#known = known;
    return { applications: [...known.values()].flat(), refused };
  }

  async #readFile(name: string): Promise<readonly Target[]> {
    const file = join(this.#folder, name);
    const applications = await readApplications(file, name);
    return applications.map((application) => targetOfManifest(application, file));
  }

  /** Two files with one name would sync each other's resources away. The first file has it. */
  #claim(targets: readonly Target[], file: string, owners: Map<string, string>): readonly Target[] {
    for (const { name } of targets) {
      const owner = owners.get(name);
      if (owner !== undefined) throw new Error(`Application "${name}" is in ${owner} already`);
    }
    for (const { name } of targets) owners.set(name, file);
    return targets;
  }
}

function messageOf(error: unknown): string {
  if (error instanceof InvalidInputError) return error.message.replaceAll('\n', '; ');
  return error instanceof Error ? error.message : String(error);
}
