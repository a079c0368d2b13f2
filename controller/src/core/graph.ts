import { TerminalError } from './errors.ts';
import { splitRef, type Ref } from './manifest.ts';

/** One resource and who has to be there before it. */
export interface Node {
  readonly ref: Ref;
  readonly needs: readonly Ref[];
  readonly serves: readonly Ref[];
}

/** For each resource, those that it waits for. Every ref that occurs is a key. */
export type Graph = ReadonlyMap<Ref, ReadonlySet<Ref>>;

/** Resources that wait for each other. `path` begins and ends with the same one. */
export class CycleError extends TerminalError {
  readonly path: readonly Ref[];

  constructor(path: readonly Ref[]) {
    super('Cycle', `circular references: ${wayInWords(path)}`);
    this.path = path;
  }
}

/**
 * Who waits for whom. Whoever needs X waits for X and for all that serve X; those that serve X do not wait for each other.
 * Needs that name no node are left out: they are somebody else's to report.
 * @throws CycleError
 */
export function buildGraph(nodes: readonly Node[]): Graph {
  const refs = new Set(nodes.map((node) => node.ref));
  const servers = new Map<Ref, Ref[]>();
  for (const node of nodes) {
    for (const served of node.serves) servers.set(served, [...(servers.get(served) ?? []), node.ref]);
  }
  const graph = new Map<Ref, ReadonlySet<Ref>>();
  for (const node of [...nodes].toSorted((a, b) => compareRefs(a.ref, b.ref))) {
    const serves = new Set(node.serves);
    const waitsFor = new Set<Ref>();
    for (const need of node.needs) {
      if (refs.has(need)) waitsFor.add(need);
      if (!serves.has(need))
        for (const server of servers.get(need) ?? []) if (server !== node.ref) waitsFor.add(server);
    }
    graph.set(node.ref, waitsFor);
  }
  refuseCycles(graph);
  return graph;
}

/** By kind, then by name: the order of resources that nothing else puts in order. */
export function compareRefs(a: Ref, b: Ref): number {
  const left = splitRef(a);
  const right = splitRef(b);
  return compareText(left.kind, right.kind) || compareText(left.name, right.name);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** With a stack of its own: ten thousand resources in one row are deeper than JavaScript's. */
function refuseCycles(graph: Graph): void {
  const finished = new Set<Ref>();
  const waitingOf = (ref: Ref) => ({ ref, next: [...(graph.get(ref) ?? [])].toSorted(compareRefs).values() });
  for (const start of graph.keys()) {
    if (finished.has(start)) continue;
    const trail = [waitingOf(start)];
    const onTrail = new Set([start]);
    for (let top = trail.at(-1); top !== undefined; top = trail.at(-1)) {
      const { value: next, done } = top.next.next();
      if (done === true) {
        finished.add(top.ref);
        onTrail.delete(top.ref);
        trail.pop();
      } else if (onTrail.has(next)) {
        const refs = trail.map(({ ref }) => ref);
        throw new CycleError([...refs.slice(refs.indexOf(next)), next]);
      } else if (!finished.has(next)) {
        trail.push(waitingOf(next));
        onTrail.add(next);
      }
    }
  }
}

const MOST_SHOWN = 12;

/** `A -> B -> A`; of a long way only its beginning and its end. */
function wayInWords(path: readonly Ref[]): string {
  if (path.length <= MOST_SHOWN) return path.join(' -> ');
  const left = path.length - MOST_SHOWN;
  return [...path.slice(0, MOST_SHOWN - 2), `(${left} more)`, ...path.slice(-2)].join(' -> ');
}
