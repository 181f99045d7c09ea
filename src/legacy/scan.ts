/**
 * legacy: what a pickle holds, and whether all of it is known plain data. In: the bytes of a file. Out: every global that
 * Python's unpickler would ask for, and every reason to refuse. Nothing is known to be bad; what is not known to be
 * plain is refused.
 */
import { ownBytes } from "../base/bytes.ts";
import type { Issue } from "../base/errors.ts";
import type { LegacyCode } from "./errors.ts";
import { MXNET_CLASSES } from "./mxnet/known.ts";
import { containerKind } from "./pickle/container-kind.ts";
import type { Fact, TupleFact } from "./pickle/facts.ts";
import { childAt } from "./pickle/facts.ts";
import type { KnownClass, Registry } from "./pickle/known.ts";
import { fromClass, judgeCall, knownGlobal, makeRegistry } from "./pickle/known.ts";
import { NUMPY_GLOBALS } from "./pickle/known-numpy.ts";
import { PYTHON_GLOBALS } from "./pickle/known-python.ts";
import type { PickleLimits } from "./pickle/limits.ts";
import { PICKLE_LIMITS } from "./pickle/limits.ts";
import { nestedPickle } from "./pickle/nested.ts";
import type { PickleStream } from "./pickle/read.ts";
import { findPickles, looksLikePickle, readStream, surveyPickle } from "./pickle/read.ts";
import { quoted } from "./pickle/text.ts";

export interface ScanGlobal {
  readonly module: string;
  readonly name: string;
  readonly offset: number;
}

export interface ScanResult {
  /** `plain` only if all of the file is known plain data or known classes with known fields. */
  readonly verdict: "plain" | "refused";
  readonly globals: readonly ScanGlobal[];
  /** Why the file is refused; empty if it is plain. */
  readonly findings: readonly {
    readonly code: LegacyCode;
    readonly offset: number;
    readonly message: string;
  }[];
}

export interface ScanOptions {
  readonly limits?: Partial<PickleLimits>;
  /** Classes known besides Python's and numpy's data. Default: those that `convert` takes. */
  readonly classes?: readonly KnownClass[];
}

type Finding = ScanResult["findings"][number];
const MAX_FINDINGS = 1000;

/**
 * Says whether a file is a pickle of known plain data; never runs, imports or looks up anything, and never throws for what
 * the bytes hold.
 * @throws TypeError if `bytes` is no Uint8Array.
 */
export function scan(bytes: unknown, options: ScanOptions = {}): ScanResult {
  const own = ownBytes(bytes);
  const registry = makeRegistry(
    ...PYTHON_GLOBALS,
    ...NUMPY_GLOBALS,
    ...(options.classes ?? MXNET_CLASSES).map(fromClass),
  );
  const kind = containerKind(own);
  const { streams, findings: irregular } =
    kind === undefined ? surveyPickle(own, options.limits) : inside(own, kind);
  const findings = irregular.map(toFinding);
  for (const stream of streams) {
    for (const one of refusals(stream, registry)) {
      if (findings.length >= MAX_FINDINGS) break;
      findings.push(one);
    }
  }
  return {
    verdict: findings.length === 0 ? "plain" : "refused",
    globals: [...new Map(streams.flatMap((s) => s.globals).map((g) => [g.offset, g])).values()].map(
      ({ module, name, offset }) => ({ module, name, offset }),
    ),
    findings: findings.slice(0, MAX_FINDINGS),
  };
}

/** A file of another format, and the pickles that lie in it unpacked. */
function inside(bytes: Uint8Array, kind: string) {
  // A file may be both: what a pickle reader would make of its first bytes is told too.
  const first = readStream(bytes, 0, PICKLE_LIMITS);
  const streams = [
    ...(looksLikePickle(bytes, first) ? [first] : []),
    ...findPickles(bytes, 1, PICKLE_LIMITS, true),
  ];
  const finding: Issue<LegacyCode> = {
    code: "container",
    offset: 0,
    message: `this is ${kind}, not a pickle`,
  };
  return { streams, findings: [finding] };
}

function toFinding(issue: Issue<LegacyCode>): Finding {
  return { code: issue.code, offset: issue.offset ?? 0, message: issue.message };
}

/** Everything in a stream that is not known to be plain, dropped and unreachable values included. */
function* refusals(stream: PickleStream, registry: Registry): Generator<Finding> {
  for (const fact of stream.globals) {
    if (knownGlobal(registry, fact) !== undefined) continue;
    const name = quoted(`${fact.module} ${fact.name}`);
    const code = fact.name.includes(".") ? "dotted-name" : "unknown-global";
    yield { code, offset: fact.offset, message: `asks for ${name}, which is not known plain data` };
  }
  const classArgs = new Map<TupleFact, readonly number[]>();
  for (const call of stream.calls) {
    const verdict = judgeCall(registry, call, classArgs);
    if (verdict === undefined) continue;
    const what =
      call.callable.kind === "global" ? `${call.callable.module} ${call.callable.name}` : "a value";
    yield { code: verdict.code, offset: call.offset, message: `the call of ${quoted(what)} ${verdict.why}` };
  }
  for (const fact of stream.foreign)
    if (fact.kind === "persistent")
      yield { code: "persistent-id", offset: fact.offset, message: "refers to something outside the pickle" };
  yield* dataRefusals(stream, registry, classArgs);
}

/** Globals and pickles that stand where data should. */
function* dataRefusals(
  stream: PickleStream,
  registry: Registry,
  classArgs: ReadonlyMap<TupleFact, readonly number[]>,
): Generator<Finding> {
  const seen = new Set<Fact>();
  const judge = (fact: Fact): Finding | undefined => {
    if (fact.kind !== "global" && fact.kind !== "text" && fact.kind !== "bytes" && fact.kind !== "bytearray")
      return undefined;
    // A long value that is shared is judged once; a short one costs less than remembering it.
    if (fact.kind === "global" || fact.value.length > 64) {
      if (seen.has(fact)) return undefined;
      seen.add(fact);
    }
    return fact.kind === "global" ? judgeGlobal(fact, registry) : judgeNested(fact);
  };
  for (const fact of [stream.root, ...stream.rest]) {
    const found = fact === undefined ? undefined : judge(fact);
    if (found !== undefined) yield found;
  }
  for (const container of stream.containers) {
    const classes = container.kind === "tuple" ? classArgs.get(container) : undefined;
    for (let i = container.kind === "call" ? 1 : 0; ; i++) {
      const child = childAt(container, i);
      if (child === undefined) break;
      if (child.kind === "global" && classes?.includes(i) === true) continue;
      const found = judge(child);
      if (found !== undefined) yield found;
    }
  }
}

function judgeGlobal(fact: Fact, registry: Registry): Finding | undefined {
  const known = knownGlobal(registry, fact);
  if (fact.kind !== "global" || known === undefined || known.isData === true) return undefined;
  const name = quoted(`${fact.module} ${fact.name}`);
  return { code: "global-as-data", offset: fact.offset, message: `${name} stands where data should` };
}

function judgeNested(fact: Fact): Finding | undefined {
  const nested = nestedPickle(fact);
  if (nested === undefined) return undefined;
  const asks = nested.globals.length === 0 ? "" : `, which asks for ${nested.globals.join(", ")}`;
  return { code: "nested-pickle", offset: fact.offset, message: `a pickle inside, as ${nested.form}${asks}` };
}
