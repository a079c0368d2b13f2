import type { ApplicationSpec, ImageUpdate } from '../api/application.ts';
import type { Clock } from '../core/clock.ts';
import type { ApplicationState, Control } from '../engine/control.ts';
import type { Emit } from '../engine/emit.ts';
import type { GitSources } from '../source/git.ts';
import { type ImageEdit, setImage } from './edit.ts';
import { chooseImage, type RepositoryImage } from './policy.ts';

/** A pull request that is wanted: one for a branch; it is left alone where there is one. */
export interface WantedPullRequest {
  readonly repoURL: string;
  readonly head: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
}

/** What an updater works with. */
export interface UpdaterDeps {
  readonly control: Pick<Control, 'states' | 'refresh'>;
  readonly git: Pick<GitSources, 'open' | 'writer'>;
  /** What a repository has, without tag as `imageUpdates[].image` names it. @throws TerminalError; what the SDK throws */
  readonly images: (image: string, signal: AbortSignal) => Promise<readonly RepositoryImage[]>;
  /** Opens a pull request unless one is open. @throws when that is not possible there */
  readonly openPullRequest: (wanted: WantedPullRequest, signal: AbortSignal) => Promise<void>;
  readonly clock: Clock;
  readonly emit: Emit;
}

/** Makes commits of new images. */
export interface ImageUpdater {
  /** Looks at one Application now. Says by events what it did and what went wrong; never throws, unless it was ended. */
  check(application: string, signal: AbortSignal): Promise<void>;
  /** An image was pushed to a repository: those that follow it are looked at. */
  pushed(image: string, signal: AbortSignal): Promise<void>;
  /** Looks at every Application every few minutes, until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/** Without events of ECR. */
const INTERVAL_MS = 300_000;
const AUTHOR = { name: 'Longshore', email: 'longshore@longshore.dev' };

/** An updater of every Application that has `imageUpdates`. */
export function imageUpdater(deps: UpdaterDeps): ImageUpdater {
  /** What was said last of each Application, so that a lasting problem is told of once. */
  const problems = new Map<string, string>();

  const specs = (): readonly (readonly [string, ApplicationSpec])[] =>
    deps.control
      .states()
      .filter(mayBeWritten)
      .map(({ name, spec }) => [name, spec]);

  const check = async (application: string, signal: AbortSignal): Promise<void> => {
    const spec = new Map(specs()).get(application);
    if (spec === undefined) return;
    try {
      await update(deps, application, spec, signal);
      problems.delete(application);
    } catch (error) {
      signal.throwIfAborted();
      const why = error instanceof Error ? error.message : String(error);
      if (problems.get(application) === why) return;
      problems.set(application, why);
      deps.emit('image.failed', 'error', `images of ${application} cannot be updated: ${why}`, { application });
    }
  };

  return {
    check,
    async pushed(image, signal) {
      for (const [name, spec] of specs()) {
        if (spec.imageUpdates?.some((each) => each.image === image) === true) await check(name, signal);
      }
    },
    async run(signal) {
      while (!signal.aborted) {
        for (const [name] of specs()) {
          if (signal.aborted) return;
          await check(name, signal).catch(() => undefined);
        }
        await deps.clock.sleep(INTERVAL_MS, signal).catch(() => undefined);
      }
    },
  };
}

/**
 * Only what was looked at, so that its Project has allowed the repository; and what comes out of a repository names none of
 * this machine.
 */
function mayBeWritten({ spec, status, conditions, origin }: ApplicationState): boolean {
  if ((spec.imageUpdates ?? []).length === 0 || status === undefined) return false;
  if (conditions.some((condition) => condition.type === 'ProjectRefused' && condition.status === 'True')) return false;
  return origin.kind === 'folder' || /^(?:https:|ssh:|[^/:]+@[^/:]+:)/u.test(spec.source.repoURL);
}

/** Updates that go to the same branch in the same way become one commit. */
async function update(
  deps: UpdaterDeps,
  application: string,
  spec: ApplicationSpec,
  signal: AbortSignal,
): Promise<void> {
  const wanted = new Map<string, string>();
  for (const { image, policy } of spec.imageUpdates ?? []) {
    const chosen = chooseImage(policy, await deps.images(image, signal));
    if (chosen !== undefined)
      wanted.set(image, chosen.tag === undefined ? `${image}@${chosen.digest}` : `${image}:${chosen.tag}`);
  }
  const ways = Map.groupBy(spec.imageUpdates ?? [], (each) => JSON.stringify(each.writeBack ?? {}));
  for (const updates of ways.values()) {
    const images = updates.flatMap(({ image }) =>
      wanted.has(image) ? [[image, wanted.get(image) ?? ''] as const] : [],
    );
    if (images.length > 0) await write(deps, application, spec, updates[0]?.writeBack, images, signal);
  }
}

async function write(
  deps: UpdaterDeps,
  application: string,
  spec: ApplicationSpec,
  writeBack: ImageUpdate['writeBack'],
  images: readonly (readonly [image: string, wanted: string])[],
  signal: AbortSignal,
): Promise<void> {
  const { repoURL, targetRevision, path } = spec.source;
  const folder = path === undefined || path === '.' ? '' : `${path.replace(/\/+$/u, '')}/`;
  // As they are in Git: neither rendered nor chosen by `directory`, so that values of a chart are found as well.
  const raw = deps.git.open({
    repoURL,
    directory: { recurse: true },
    ...(path !== undefined && { path }),
    ...(targetRevision !== undefined && { targetRevision }),
  });
  const now = await raw.fetch(signal);
  const stale = editsOf(now.files, images);
  if (stale.edits.length === 0) return;

  const pullRequest = writeBack?.pullRequest === true;
  const branch = writeBack?.branch ?? (pullRequest ? `longshore/images-${application}` : undefined);
  let edits: readonly ImageEdit[] = [];
  const title = titleOf(images, application);
  const written = await deps.git.writer(repoURL).commit(
    {
      ...(targetRevision !== undefined && { base: targetRevision }),
      ...(branch !== undefined && { branch }),
      author: AUTHOR,
      message: `${title}\n\n${stale.edits.map(inWords).join('\n')}\n`,
      files: async (base) => {
        const fresh = new Map<string, Uint8Array>();
        for (const file of now.files.keys()) {
          const content = await base.read(`${folder}${file}`);
          if (content !== undefined) fresh.set(`${folder}${file}`, content);
        }
        const edited = editsOf(fresh, images);
        edits = edited.edits;
        return edited.files;
      },
    },
    signal,
  );
  if (pullRequest) {
    const body = `${stale.edits.map((edit) => `- ${inWords(edit)}`).join('\n')}\n`;
    await deps.openPullRequest({ repoURL, head: written.branch, base: written.base, title, body }, signal);
  }
  if (!written.changed) return;
  deps.emit('image.updated', 'info', title, {
    application,
    revision: written.commit,
    branch: written.branch,
    edits: edits.map((edit) => ({ ...edit })),
  });
  if (!pullRequest) await deps.control.refresh(application, signal);
}

/** All images set, one after the other. */
function editsOf(files: ReadonlyMap<string, Uint8Array>, images: readonly (readonly [string, string])[]) {
  const all = new Map(files);
  const changed = new Map<string, Uint8Array>();
  const edits: ImageEdit[] = [];
  for (const [image, wanted] of images) {
    const edited = setImage(all, image, wanted);
    for (const [file, content] of edited.files) {
      all.set(file, content);
      changed.set(file, content);
    }
    edits.push(...edited.edits);
  }
  return { files: changed, edits };
}

/** The first line of the commit: at most 72 characters where the names allow it. */
function titleOf(images: readonly (readonly [string, string])[], application: string): string {
  const [first] = images;
  if (images.length > 1 || first === undefined) return `Update ${images.length} images of ${application}`;
  const [image, wanted] = first;
  const name = image.slice(image.lastIndexOf('/') + 1);
  return `Update ${name} to ${wanted.slice(image.length + 1).slice(0, 19)} in ${application}`;
}

function inWords({ file, line, from, to }: ImageEdit): string {
  return `${file}:${line}: ${from} -> ${to}`;
}
