/**
 * legacy: pickles to facts. In: the bytes of a file. Out: one fact (`readPickle`, strict), or all that can be told of the
 * file (`surveyPickle`, which refuses nothing). Nothing is imported, looked up or called.
 */
import { ownBytes } from "../../base/bytes.ts";
import type { Issue } from "../../base/errors.ts";
import type { LegacyCode } from "../errors.ts";
import { LegacyError } from "../errors.ts";
import type { CallFact, ContainerFact, ExtensionFact, Fact, GlobalFact, PersistentFact } from "./facts.ts";
import { auditShape } from "./graph.ts";
import type { PickleLimits } from "./limits.ts";
import { PICKLE_LIMITS } from "./limits.ts";
import { Machine } from "./machine.ts";
import { BY_CODE, HIGHEST_PROTOCOL } from "./opcodes.ts";

/** One pickle within a file. */
export interface PickleStream {
  readonly offset: number;
  /** Offset behind STOP, or of what could not be read. */
  readonly end: number;
  /** Whether it came to STOP; Python may still have refused it before, see the findings. */
  readonly complete: boolean;
  readonly root: Fact | undefined;
  /** What lay on the stack besides at the end. */
  readonly rest: readonly Fact[];
  readonly globals: readonly GlobalFact[];
  readonly calls: readonly CallFact[];
  readonly foreign: readonly (PersistentFact | ExtensionFact)[];
  readonly containers: readonly ContainerFact[];
  readonly findings: readonly Issue<LegacyCode>[];
}

export interface Survey {
  readonly streams: readonly PickleStream[];
  /** Every global that an unpickler would ask for, in the order of the file. */
  readonly globals: readonly GlobalFact[];
  /** What makes the file other than one pickle as CPython writes it; empty if it is one. */
  readonly findings: readonly Issue<LegacyCode>[];
}

/** Reads the pickle that starts at `start`, to STOP or to what cannot be read. `bytes` must not change any more. */
export function readStream(bytes: Uint8Array, start: number, limits: PickleLimits): PickleStream {
  const m = new Machine(bytes, start, limits);
  while (m.ended === undefined) {
    const at = m.at;
    if (at >= bytes.length) {
      m.halt("truncated", at, "the pickle ends without STOP");
      break;
    }
    const code = bytes[at] as number;
    const opcode = BY_CODE[code];
    if (opcode === undefined) {
      m.halt("unknown-opcode", at, `no opcode has the code 0x${code.toString(16).padStart(2, "0")}`);
      break;
    }
    m.at = at + 1;
    const frameEnd = m.frameEnd;
    opcode.step(m, at);
    if (at < frameEnd && m.at > frameEnd) m.note("bad-frame", at, "an opcode crosses the end of its frame");
  }
  return {
    offset: start,
    end: m.at,
    complete: m.ended === "stop",
    root: m.root,
    rest: m.stack,
    globals: m.globals,
    calls: m.calls,
    foreign: m.foreign,
    containers: m.containers,
    findings: [...m.findings, ...auditShape(m.containers, limits)],
  };
}

/** Junk is searched for the start of a pickle at this many places, and with this many bytes read from them. */
const HUNT_STARTS = 1 << 18;
const HUNT_BYTES = 1 << 22;
const HUNT_LIMITS: Partial<PickleLimits> = { line: 1 << 10, facts: 1 << 16, stack: 1 << 16, memo: 1 << 16 };

/** What a pickle that asks for a global may begin with: PROTO, or in its absence a mark, a name or a text. */
const PROTO = 0x80;
const STARTS: ReadonlySet<number> = new Set([0x28, 0x53, 0x55, 0x56, 0x58, 0x63, 0x69, 0x8c, 0x8d]);

/** A name that an import could find: hunting takes nothing else for a global. */
const IMPORTABLE = /^[\p{L}_][\p{L}\p{N}_.]*$/u;

/** Whether a pickle could begin at `at` with its protocol. */
function isDeclared(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === PROTO && (bytes[at + 1] ?? 0xff) <= HIGHEST_PROTOCOL;
}

/** Whether a pickle that asks for a global could begin with this byte and the next. */
export function couldBegin(bytes: Uint8Array, at: number): boolean {
  return STARTS.has(bytes[at] as number) || isDeclared(bytes, at);
}

/**
 * Whether bytes that begin anywhere may be taken for a pickle: they come to STOP after a protocol opcode, or ask for a
 * global with a name that could be imported.
 */
export function looksLikePickle(bytes: Uint8Array, stream: PickleStream): boolean {
  const asks = stream.globals.some((g) => IMPORTABLE.test(g.module) && IMPORTABLE.test(g.name));
  return asks || (stream.complete && isDeclared(bytes, stream.offset));
}

/**
 * The pickles that lie anywhere in bytes that are no pickle themselves, or behind one.
 * @param isContainer whether the bytes are of another format, where only a pickle with its protocol is told from chance
 */
export function findPickles(
  bytes: Uint8Array,
  from: number,
  limits: PickleLimits,
  isContainer: boolean,
): readonly PickleStream[] {
  const found: PickleStream[] = [];
  const narrow = { ...limits, ...HUNT_LIMITS };
  let budget = HUNT_BYTES;
  let starts = HUNT_STARTS;
  let behind = isContainer ? -1 : from;
  let globals = limits.globals;
  for (let at = from; at < bytes.length && starts > 0 && budget > 0 && globals > 0; ) {
    const isStart = isContainer ? isDeclared(bytes, at) : at === behind || couldBegin(bytes, at);
    let next = at + 1;
    if (isStart) {
      starts--;
      // A pickle right behind another is what `pickle.load` in a loop would read: it gets the full limits.
      const stream = readStream(bytes, at, { ...(at === behind ? limits : narrow), globals });
      budget -= stream.end - stream.offset;
      if (looksLikePickle(bytes, stream)) {
        found.push(stream);
        globals -= stream.globals.length;
        next = Math.max(stream.end, next);
        behind = next;
      }
    }
    at = next;
  }
  return found;
}

/**
 * All that can be told of bytes as pickles, one after the other; what lies between is searched for more. Never throws for
 * what the bytes hold.
 * @throws TypeError if `bytes` is no Uint8Array.
 */
export function surveyPickle(bytes: unknown, limits: Partial<PickleLimits> = {}): Survey {
  const bound = { ...PICKLE_LIMITS, ...limits };
  if (bytes instanceof Uint8Array && bytes.length > bound.bytes) {
    const message = `${bytes.length} bytes, more than ${bound.bytes}`;
    return { streams: [], globals: [], findings: [{ code: "byte-limit", offset: bound.bytes, message }] };
  }
  const own = ownBytes(bytes);
  const first = readStream(own, 0, bound);
  const findings = [...first.findings];
  const streams = [first];
  if (first.end < own.length) {
    const rest = own.length - first.end;
    if (first.complete)
      findings.push({ code: "trailing-bytes", offset: first.end, message: `${rest} bytes after the pickle` });
    for (const stream of findPickles(
      own,
      first.end,
      { ...bound, globals: bound.globals - first.globals.length },
      false,
    )) {
      streams.push(stream);
      findings.push(...stream.findings);
    }
  }
  return { streams, globals: streams.flatMap((stream) => stream.globals), findings };
}

/**
 * The fact that a file of exactly one pickle holds.
 * @throws LegacyError with all that is irregular: anything CPython's unpickler refuses, anything its pickler would not
 *   write (trailing bytes, frames that do not fit, extra stack, odd number texts), cycles, limits.
 * @throws TypeError if `bytes` is no Uint8Array.
 */
export function readPickle(bytes: unknown, limits: Partial<PickleLimits> = {}): Fact {
  const { streams, findings } = surveyPickle(bytes, limits);
  const [first, ...more] = findings;
  if (first !== undefined) throw new LegacyError([first, ...more]);
  return (streams[0] as PickleStream).root as Fact;
}
