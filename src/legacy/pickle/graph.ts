/**
 * legacy: the shape of what a pickle holds. In: all containers of a stream. Out: cycles, nesting, size as a tree, keys that
 * Python would refuse or merge. Linear in the facts, however often they are shared, and without recursion in their depth.
 */
import type { Issue } from "../../base/errors.ts";
import type { LegacyCode } from "../errors.ts";
import { LegacyError } from "../errors.ts";
import type { ContainerFact, Entry, Fact } from "./facts.ts";
import { childAt, isContainer } from "./facts.ts";
import { KeyNames } from "./keys.ts";
import type { PickleLimits } from "./limits.ts";
import { PICKLE_LIMITS } from "./limits.ts";

const UNSEEN = 0;
const OPEN = -1;

/** Size as a tree and nesting of containers of one stream, by their id. */
class Measures {
  /** Nodes of the tree below and with the container; beyond 2^53 approximate, beyond 2^1023 infinite. */
  sizes: Float64Array;
  /** Nesting, or `UNSEEN`, or `OPEN` while the walk is inside. */
  depths: Int32Array;

  constructor(count: number) {
    this.sizes = new Float64Array(count);
    this.depths = new Int32Array(count);
  }

  /** Makes room for an id. */
  reserve(id: number): void {
    if (id < this.depths.length) return;
    const bigger = new Measures(2 * id + 16);
    bigger.sizes.set(this.sizes);
    bigger.depths.set(this.depths);
    this.sizes = bigger.sizes;
    this.depths = bigger.depths;
  }

  depth(fact: ContainerFact): number {
    this.reserve(fact.id);
    return this.depths[fact.id] as number;
  }

  size(fact: ContainerFact): number {
    return this.sizes[fact.id] as number;
  }

  set(fact: ContainerFact, size: number, depth: number): void {
    this.sizes[fact.id] = size;
    this.depths[fact.id] = depth;
  }
}

/** One container that the walk is inside of. */
interface Visit {
  readonly fact: ContainerFact;
  next: number;
  size: number;
  depth: number;
}

function enter(fact: ContainerFact, known: Measures): Visit {
  known.set(fact, 0, OPEN);
  return { fact, next: 0, size: 1, depth: 1 };
}

/** Walks below `root` in post-order; gives the first container found inside itself, or `undefined`. */
function measure(root: ContainerFact, known: Measures): ContainerFact | undefined {
  if (known.depth(root) !== UNSEEN) return undefined;
  const path: Visit[] = [enter(root, known)];
  for (let top = path[0]; top !== undefined; top = path[path.length - 1]) {
    const child = childAt(top.fact, top.next++);
    if (child === undefined) {
      known.set(top.fact, top.size, top.depth);
      path.pop();
      const parent = path[path.length - 1];
      if (parent !== undefined) include(parent, top.size, top.depth);
    } else if (!isContainer(child)) {
      top.size++;
    } else {
      const depth = known.depth(child);
      if (depth === OPEN) return child;
      if (depth === UNSEEN) path.push(enter(child, known));
      else include(top, known.size(child), depth);
    }
  }
  return undefined;
}

function include(parent: Visit, size: number, depth: number): void {
  parent.size += size;
  parent.depth = Math.max(parent.depth, depth + 1);
}

/**
 * Nodes of a fact written out as a tree: every fact counted once at each place that refers to it.
 * @throws LegacyError `expansion-limit` beyond `limit`, `cycle` if a fact lies inside itself.
 */
export function treeSize(root: Fact, limit: number = PICKLE_LIMITS.tree): number {
  if (!isContainer(root)) return 1;
  const known = new Measures(16);
  const cycle = measure(root, known);
  if (cycle !== undefined) throw new LegacyError(cycleIssue(cycle));
  const size = known.size(root);
  if (size > limit) throw new LegacyError(expansionIssue(root, size, limit));
  return size;
}

function cycleIssue(fact: Fact): Issue<LegacyCode> {
  return { code: "cycle", offset: fact.offset, message: `a ${fact.kind} that lies inside itself` };
}
function expansionIssue(fact: Fact, size: number, limit: number): Issue<LegacyCode> {
  const message = `shared values make ${size} nodes when written out, more than ${limit}`;
  return { code: "expansion-limit", offset: fact.offset, message };
}

/**
 * What is wrong with the shape of a stream's containers: at most one finding of each kind, a `duplicate-key` or
 * `unhashable-key` at most once for each container.
 */
export function auditShape(containers: readonly ContainerFact[], limits: PickleLimits): Issue<LegacyCode>[] {
  const known = new Measures(containers.length);
  for (const fact of containers) {
    const cycle = measure(fact, known);
    if (cycle !== undefined) return [cycleIssue(cycle)];
    const size = known.size(fact);
    if (size > limits.tree) return [expansionIssue(fact, size, limits.tree)];
    if (known.depth(fact) > limits.depth) {
      const message = `values nest more than ${limits.depth} deep`;
      return [{ code: "depth-limit", offset: fact.offset, message }];
    }
  }
  return auditKeys(containers);
}

function auditKeys(containers: readonly ContainerFact[]): Issue<LegacyCode>[] {
  const names = new KeyNames();
  const issues: Issue<LegacyCode>[] = [];
  for (const fact of containers) {
    const issue =
      fact.kind === "dict" || fact.kind === "call"
        ? badKey(fact.entries.length, (i) => (fact.entries[i] as Entry).key, names)
        : fact.kind === "set" || fact.kind === "frozenset"
          ? badKey(fact.items.length, (i) => fact.items[i] as Fact, names)
          : undefined;
    if (issue !== undefined && issues.length < 1000) issues.push(issue);
  }
  return issues;
}

function badKey(
  count: number,
  keyAt: (index: number) => Fact,
  names: KeyNames,
): Issue<LegacyCode> | undefined {
  if (count === 0) return undefined;
  const seen = new Set<string | number>();
  for (let i = 0; i < count; i++) {
    const key = keyAt(i);
    const name = names.nameOf(key);
    if (name === undefined)
      return { code: "unhashable-key", offset: key.offset, message: `a ${key.kind} cannot be a key` };
    if (seen.has(name)) return { code: "duplicate-key", offset: key.offset, message: "the same key twice" };
    seen.add(name);
  }
  return undefined;
}
