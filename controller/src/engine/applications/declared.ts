import type { ApplicationSpec } from '../../api/application.ts';
import type { ApplicationSetSpec } from '../../api/applicationset.ts';
import type { ProjectSpec } from '../../api/project.ts';
import type { Pass } from '../../core/driver.ts';
import type { Position } from '../../core/manifest.ts';
import type { Destination } from '../../kinds/kind.ts';
import type { Fetched, Source } from '../../source/source.ts';
import type { Origin } from '../control.ts';
import type { ApplicationInput, Engine } from '../engine.ts';

/** An Application as somebody declares it: a person in a folder, an ApplicationSet, or another Application. */
export interface DeclaredApplication {
  readonly name: string;
  readonly spec: ApplicationSpec;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly origin: Origin;
  /** True: its repository may be on the machine of the controller. What comes out of a repository may not say so. */
  readonly local?: true;
  /** Where a field of it stands in a file, where it stands in one. Pointers as in `Manifest.positionOf`. */
  readonly positionOf?: (pointer: string) => Position;
}

/** An ApplicationSet as somebody declares it. */
export interface DeclaredApplicationSet {
  readonly name: string;
  readonly spec: ApplicationSetSpec;
  readonly origin: Origin;
}

/** A Project as somebody declares it. */
export interface DeclaredProject {
  readonly name: string;
  readonly spec: ProjectSpec;
}

/** Everything that the folder of the controller declares. */
export interface Declarations {
  readonly applications: readonly DeclaredApplication[];
  readonly applicationSets: readonly DeclaredApplicationSet[];
  readonly projects: readonly DeclaredProject[];
  /** False while a file cannot be read of which nothing is known: then nothing that is not there is taken for gone. */
  readonly complete: boolean;
}

/** The source of an Application. */
export interface ApplicationSource extends Source {
  /** Equal for sources that are asked together: those of one repository. */
  readonly repository: string;
}

/** What an Application is read with. */
export interface ApplicationAccess {
  readonly source: ApplicationSource;
  /** The same source at another revision. */
  at(revision: string): Source;
  /** Renders and validates what was fetched. @throws InvalidInputError */
  input(fetched: Fetched, destination: Destination): Promise<ApplicationInput>;
}

/** Where the Applications of one Project work: as whom is the Project's to say. */
export interface Workplace {
  readonly engine: Engine;
  /** What is left out of a destination is that of the controller's own credentials and environment. */
  resolve(destination: { readonly accountId?: string; readonly region?: string }): Promise<Destination>;
  /** Equal where reads can be shared: the same account and region, as the same role. */
  place(destination: Destination): string;
  /** One look at a destination, for all Applications of its place. */
  pass(destination: Destination, now: Date, signal: AbortSignal): Promise<Pass>;
}
