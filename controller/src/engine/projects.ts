import type { ApplicationSpec, SyncWindow } from '../api/application.ts';
import type { ProjectDestination, ProjectSpec } from '../api/project.ts';
import { isObject, type JsonObject } from '../core/json.ts';
import type { Manifest } from '../core/manifest.ts';
import { allows, wildcard } from '../core/wildcard.ts';
import type { Window } from '../core/windows.ts';
import type { Destination } from '../kinds/kind.ts';
import { durationMs } from './duration.ts';

/** A Project with its name. */
export interface Project {
  readonly name: string;
  readonly spec: ProjectSpec;
}

/** The Project of Applications that name none. */
export const DEFAULT_PROJECT = 'default';

/** Kinds that declare Applications: a Project has to allow them by name. */
const DECLARING_KINDS: readonly string[] = ['Application', 'ApplicationSet', 'Project', 'ControllerConfiguration'];
const UTC = 'Etc/UTC';

/** What `default` allows where nobody declares it: every repository, and nothing outside the controller's own account. */
export function defaultProject(ownAccount: string): Project {
  const secretReaderRoles = [`arn:*:iam::${ownAccount}:role/*`];
  return {
    name: DEFAULT_PROJECT,
    spec: { sourceRepos: ['*'], destinations: [{ accountId: ownAccount, regions: ['*'], secretReaderRoles }] },
  };
}

/** What a Project does not allow of an Application, in words; empty when it may be synced. */
export function violations(
  { name, spec }: Project,
  application: ApplicationSpec,
  destination: Destination,
): readonly string[] {
  const found: string[] = [];
  const { repoURL, verify } = application.source;
  if (!allowsRepository({ spec }, repoURL)) {
    found.push(
      `repository ${withoutCredentials(repoURL)} is not among sourceRepos of Project ${name}${listed(spec.sourceRepos)}`,
    );
  }
  if (destinationIn(spec, destination) === undefined) {
    const allowed = (spec.destinations ?? []).map(({ accountId, regions }) => `${accountId}/${regions.join('|')}`);
    const { accountId, region } = destination;
    found.push(`destination ${accountId}/${region} is not among destinations of Project ${name}${listed(allowed)}`);
  }
  const reader = application.destination?.preflight?.secretReaderRole;
  const readers = destinationIn(spec, destination)?.secretReaderRoles;
  if (reader !== undefined && !allows(readers ?? [], reader)) {
    found.push(`secretReaderRole ${reader} is not among secretReaderRoles of Project ${name}${listed(readers)}`);
  }
  if (spec.requireSignatures === true && !hasKeys(verify)) {
    found.push(`Project ${name} requires signatures: set spec.source.verify with allowedSigners or gpgKeys`);
  }
  return found;
}

/** Whether Applications of a Project may name a repository. */
export function allowsRepository({ spec }: Pick<Project, 'spec'>, repoURL: string): boolean {
  return allows((spec.sourceRepos ?? []).map(normalPattern), normalAddress(repoURL));
}

/** True for `file://` addresses and paths: what is on the machine of the controller. */
export function isLocal(repoURL: string): boolean {
  return /^file:/iu.test(repoURL) || !(/^[a-z][a-z0-9+.-]*:\/\//iu.test(repoURL) || /^[^/]+:/u.test(repoURL));
}

/** Kinds among the manifests that a Project does not allow, in words. */
export function kindViolations({ name, spec }: Project, manifests: readonly Manifest[]): readonly string[] {
  const kinds = manifests
    .filter(({ kind }) => !allowsKind(spec, kind))
    .map(({ kind, metadata }) => `${kind}/${metadata.name}: Project ${name} does not allow the kind ${kind}`);
  return [...kinds, ...manifests.flatMap((manifest) => escalation(name, manifest) ?? [])];
}

/** What an Application holds stays in its Project: otherwise whoever may commit to it could do what any Project may. */
function escalation(project: string, { kind, metadata, spec }: Manifest): string | undefined {
  if (kind !== 'Application' && kind !== 'ApplicationSet') return undefined;
  const declared = (kind === 'Application' ? spec : templateOf(spec))['project'] ?? DEFAULT_PROJECT;
  if (declared === project) return undefined;
  return `${kind}/${metadata.name}: found Project ${typeof declared === 'string' ? declared : JSON.stringify(declared)}, expected ${project}, that of the Application that holds it`;
}

function templateOf(spec: JsonObject): JsonObject {
  const template = spec['template'];
  const inner = isObject(template) ? template['spec'] : undefined;
  return isObject(inner) ? inner : {};
}

/** Whether a kind may be declared. */
function allowsKind(spec: ProjectSpec, kind: string): boolean {
  const denied = (spec.deniedKinds ?? []).some((pattern) => wildcard(pattern)(kind));
  if (denied) return false;
  if (DECLARING_KINDS.includes(kind)) return (spec.allowedKinds ?? []).includes(kind);
  return spec.allowedKinds === undefined || spec.allowedKinds.some((pattern) => wildcard(pattern)(kind));
}

/** The entry of a Project that allows a destination, and says as whom: the first that names the account, else the first `*`. */
export function destinationIn(spec: ProjectSpec, { accountId, region }: Destination): ProjectDestination | undefined {
  const there = (spec.destinations ?? []).filter(({ regions }) => regions.some((pattern) => wildcard(pattern)(region)));
  return there.find((each) => each.accountId === accountId) ?? there.find((each) => each.accountId === '*');
}

/** The windows that count for an Application: its own and those of its Project. */
export function windowsFor(project: Project, application: string, spec: ApplicationSpec): readonly Window[] {
  const ofProject = (project.spec.windows ?? []).filter(
    ({ applications }) => applications === undefined || applications.some((pattern) => wildcard(pattern)(application)),
  );
  return [...ofProject, ...(spec.syncPolicy?.windows ?? [])].map(readWindow);
}

function readWindow({ kind, schedule, duration, timezone, manualSync }: SyncWindow): Window {
  return {
    kind,
    schedule,
    durationMs: durationMs(duration),
    timezone: timezone ?? UTC,
    manualSync: manualSync === true,
  };
}

function hasKeys(verify: ApplicationSpec['source']['verify']): boolean {
  return (verify?.allowedSigners ?? '').trim() !== '' || (verify?.gpgKeys ?? '').trim() !== '';
}

/** An address as it is compared: `..` and case of the host taken care of, without user name, password and `.git`. */
export function normalAddress(repoURL: string): string {
  const scp = /^(?:[^@/:]+@)?([^/:]+):(?!\/\/)(.+)$/u.exec(repoURL);
  const asUrl = scp === null ? repoURL : `ssh://${scp[1] ?? ''}/${scp[2] ?? ''}`;
  if (!/^[a-z][a-z0-9+.-]*:\/\//iu.test(asUrl) || !URL.canParse(asUrl)) return asUrl.replace(/\/+$/u, '');
  const url = new URL(asUrl);
  return `${url.protocol}//${url.host.toLowerCase()}${url.pathname}`.replace(/\/+$/u, '').replace(/\.git$/u, '');
}

/** A pattern in the form of the addresses that it is compared with. */
function normalPattern(pattern: string): string {
  const denies = pattern.startsWith('!');
  const address = denies ? pattern.slice(1) : pattern;
  const normal = address === '*' ? address : address.replace(/\/+$/u, '').replace(/\.git$/u, '');
  const scp = /^(?:[^@/:]+@)?([^/:*]+):(?!\/\/)(.+)$/u.exec(normal);
  const url = scp === null ? normal : `ssh://${scp[1] ?? ''}/${scp[2] ?? ''}`;
  return `${denies ? '!' : ''}${url}`;
}

function withoutCredentials(repoURL: string): string {
  return repoURL.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/iu, '$1');
}

function listed(words: readonly string[] | undefined): string {
  return words === undefined || words.length === 0 ? ', which are none' : ` (${words.join(', ')})`;
}
