import { contentHash } from '../../core/canonical.ts';
import type { Json } from '../../core/json.ts';
import { didYouMean } from '../../core/suggest.ts';
import type { ProjectState } from '../control.ts';
import { DEFAULT_PROJECT, defaultProject, type Project } from '../projects.ts';
import type { DeclaredProject, Workplace } from './declared.ts';

interface Known {
  readonly project: Project;
  readonly version: string;
  workplace?: Workplace;
}

/** The Projects, as they are declared now. */
export class ProjectBook {
  readonly #declared = new Map<string, Known>();
  readonly #open: (project: Project) => Workplace;
  readonly #account: () => Promise<string>;
  #default: Known | undefined;

  constructor(open: (project: Project) => Workplace, account: () => Promise<string>) {
    this.#open = open;
    this.#account = account;
  }

  /** Takes up what is declared. Gives the names of those that came, went or changed. */
  declare(projects: readonly DeclaredProject[]): readonly string[] {
    const changed = new Set([...this.#declared.keys()].filter((name) => !projects.some((each) => each.name === name)));
    for (const name of changed) this.#forget(name);
    for (const { name, spec } of projects) {
      const version = contentHash(spec as unknown as Json);
      if (this.#declared.get(name)?.version === version) continue;
      this.#forget(name);
      this.#declared.set(name, { project: { name, spec }, version });
      changed.add(name);
    }
    return [...changed];
  }

  /** A Project by its name; undefined when there is none. */
  async find(name: string): Promise<Project | undefined> {
    return (await this.#known(name))?.project;
  }

  /** Where the Applications of a Project work. @throws when there is no such Project. */
  async workplace(name: string): Promise<Workplace> {
    const known = await this.#known(name);
    if (known === undefined) throw new Error(this.missing(name));
    known.workplace ??= this.#open(known.project);
    return known.workplace;
  }

  /** That there is none of this name, in words. */
  missing(name: string): string {
    return `there is no Project "${name}"${didYouMean(name, [DEFAULT_PROJECT, ...this.#declared.keys()])}`;
  }

  /** In the order of names. */
  states(): readonly ProjectState[] {
    const fallback = this.#default?.project ?? { name: DEFAULT_PROJECT, spec: { sourceRepos: ['*'] } };
    const all = new Map<string, ProjectState>([[DEFAULT_PROJECT, fallback]]);
    for (const { project } of this.#declared.values()) all.set(project.name, project);
    return [...all.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  close(): void {
    for (const known of [...this.#declared.values(), ...(this.#default ? [this.#default] : [])])
      known.workplace?.engine.close();
  }

  #forget(name: string): void {
    this.#declared.get(name)?.workplace?.engine.close();
    this.#declared.delete(name);
  }

  async #known(name: string): Promise<Known | undefined> {
    const declared = this.#declared.get(name);
    if (declared !== undefined || name !== DEFAULT_PROJECT) return declared;
    this.#default ??= { project: defaultProject(await this.#account()), version: '' };
    return this.#default;
  }
}
