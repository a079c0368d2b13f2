import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ApplicationSpec } from '../../api/application.ts';
import type { ApplicationSetSpec } from '../../api/applicationset.ts';
import type { ProjectSpec } from '../../api/project.ts';
import { InvalidInputError } from '../../core/errors.ts';
import { isObject, type Json } from '../../core/json.ts';
import type { Manifest } from '../../core/manifest.ts';
import { DEFAULT_LIMITS } from '../../core/manifests/limits.ts';
import { parseManifests } from '../../core/manifests/parse.ts';
import type {
  Declarations,
  DeclaredApplication,
  DeclaredApplicationSet,
  DeclaredProject,
} from '../../engine/applications/declared.ts';
import { isLocalPath } from '../local-path.ts';
import { readBounded } from '../read-bounded.ts';

/** A file that could not be taken up. */
export interface RefusedFile {
  readonly file: string;
  readonly message: string;
}

/** What a look at the folder gave. What a refused file declared before, if anything, goes on. */
export interface FolderContent extends Declarations {
  readonly refused: readonly RefusedFile[];
}

/** What one file declares. */
type FileContent = readonly Manifest[];

/** A file as it was read. The stamp changes with the file: what has the same one is not read again. */
interface ReadFile {
  readonly stamp: string;
  readonly content: FileContent | undefined;
  readonly refused?: string;
}

/** Kinds that are declared in the folder of the controller. */
const KINDS: readonly string[] = ['Application', 'ApplicationSet', 'Project'];
const FOLDER = { kind: 'folder' } as const;

/**
 * The Applications, ApplicationSets and Projects of a folder of manifests. A file that cannot be read does not stop the
 * others, and does not end what it held: only a file that is gone does that.
 */
export class DeclarationsFolder {
  readonly #folder: string;
  #files = new Map<string, ReadFile>();
  #known = new Map<string, FileContent>();
  #content: FolderContent | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Gives the same object for as long as no file changes. @throws when the folder itself cannot be listed. */
  async read(): Promise<FolderContent> {
    const names = (await readdir(this.#folder)).filter((name) => /^[^.].*\.(ya?ml|json)$/u.test(name)).toSorted();
    const files = new Map<string, ReadFile>();
    for (const name of names) files.set(name, await this.#readFile(name, this.#files.get(name)));
    const same = files.size === this.#files.size && [...files].every(([name, file]) => this.#files.get(name) === file);
    this.#files = files;
    if (same && this.#content !== undefined) return this.#content;
    this.#content = this.#put(files);
    return this.#content;
  }

  #put(files: ReadonlyMap<string, ReadFile>): FolderContent {
    const known = new Map<string, FileContent>();
    const refused: RefusedFile[] = [];
    const owners = new Map<string, string>();
    let complete = true;
    for (const [name, file] of files) {
      try {
        if (file.content === undefined) throw new Error(file.refused);
        known.set(name, claim(file.content, name, owners));
      } catch (error) {
        refused.push({ file: name, message: messageOf(error) });
        const before = this.#known.get(name);
        if (before === undefined) complete = false;
        known.set(
          name,
          claim(
            (before ?? []).filter((manifest) => !owners.has(keyOf(manifest))),
            name,
            owners,
          ),
        );
      }
    }
    this.#known = known;
    return { ...this.#declarationsOf([...known.values()].flat()), complete, refused };
  }

  async #readFile(name: string, before: ReadFile | undefined): Promise<ReadFile> {
    let stamp = '';
    try {
      // In nanoseconds: two writes within a millisecond are two.
      const { mtimeNs, ctimeNs, size, ino } = await stat(join(this.#folder, name), { bigint: true });
      stamp = `${mtimeNs} ${ctimeNs} ${size} ${ino}`;
      if (before?.stamp === stamp) return before;
      return { stamp, content: await this.#parse(name) };
    } catch (error) {
      return { stamp, content: undefined, refused: messageOf(error) };
    }
  }

  async #parse(name: string): Promise<FileContent> {
    const bytes = await readBounded(join(this.#folder, name), name, DEFAULT_LIMITS.fileBytes);
    const { manifests, problems } = parseManifests(new Map([[name, bytes]]));
    // The folder may be a part of a repository, with manifests of resources beside.
    if (!manifests.some(({ kind }) => KINDS.includes(kind)) && !saysDeclaration(bytes)) return [];
    if (problems.length > 0) throw new InvalidInputError(problems);
    const other = manifests.find(({ kind }) => !KINDS.includes(kind));
    if (other === undefined) return manifests;
    const message = `found a ${other.kind}, expected ${KINDS.join(', ')}: resources belong into the folder that spec.source of an Application names`;
    throw new InvalidInputError([{ position: other.positionOf('/kind'), path: '/kind', message }]);
  }

  #declarationsOf(manifests: readonly Manifest[]): Omit<Declarations, 'complete'> {
    const applications: DeclaredApplication[] = [];
    const applicationSets: DeclaredApplicationSet[] = [];
    const projects: DeclaredProject[] = [];
    for (const manifest of manifests) {
      const { name, labels = {}, annotations = {} } = manifest.metadata;
      // The schema of its kind has checked the spec.
      const spec: unknown = manifest.spec;
      if (manifest.kind === 'Project') projects.push({ name, spec: spec as ProjectSpec });
      else if (manifest.kind === 'ApplicationSet') {
        const local = this.#resolvedAll(spec as Json) as unknown as ApplicationSetSpec;
        applicationSets.push({ name, spec: local, origin: FOLDER });
      } else {
        const { positionOf } = manifest;
        const resolved = this.#resolvedAll(spec as Json) as unknown as ApplicationSpec;
        applications.push({ name, spec: resolved, labels, annotations, origin: FOLDER, local: true, positionOf });
      }
    }
    return { applications, applicationSets, projects };
  }

  /** A local path is one from the folder, in every `repoURL` that there is. */
  #resolvedAll(value: Json): Json {
    if (Array.isArray(value)) return value.map((item) => this.#resolvedAll(item));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => {
        const isPath = key === 'repoURL' && typeof member === 'string' && isLocalPath(member) && !member.includes('{{');
        // Values of a person's own choosing are no addresses, whatever they are called.
        if (key === 'parameters' || key === 'elements') return [key, member ?? null];
        return [key, isPath ? resolve(this.#folder, member) : this.#resolvedAll(member ?? null)];
      }),
    );
  }
}

/** A file that is meant to declare something, even if it cannot be read as that. */
function saysDeclaration(bytes: Uint8Array): boolean {
  return /^[\s"'{,]*kind["']?\s*:\s*["']?(Application|ApplicationSet|Project)\b/mu.test(
    new TextDecoder().decode(bytes),
  );
}

/** Two files with one name would sync each other's resources away. The first file has it. */
function claim(manifests: FileContent, file: string, owners: Map<string, string>): FileContent {
  for (const manifest of manifests) {
    const owner = owners.get(keyOf(manifest));
    if (owner !== undefined) throw new Error(`${manifest.kind} "${manifest.metadata.name}" is in ${owner} already`);
  }
  for (const manifest of manifests) owners.set(keyOf(manifest), file);
  return manifests;
}

function keyOf({ kind, metadata }: Manifest): string {
  return `${kind}/${metadata.name}`;
}

function messageOf(error: unknown): string {
  if (error instanceof InvalidInputError) return error.message.replaceAll('\n', '; ');
  return error instanceof Error ? error.message : String(error);
}
