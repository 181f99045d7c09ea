/** legacy: the opcodes that work on the stack: containers, globals, calls and what is done to their results. */
import type {
  CallFact,
  CallOpcode,
  DictFact,
  Entry,
  Fact,
  GlobalFact,
  ListFact,
  SetFact,
  TupleFact,
} from "./facts.ts";
import type { Machine } from "./machine.ts";
import { decodeUtf8, latin1, quoted } from "./text.ts";

/** The reader's own lists; facts are read-only for everybody else. */
function writable<T>(list: readonly T[]): T[] {
  return list as T[];
}

function extend<T>(list: readonly T[], more: readonly T[]): void {
  const into = writable(list);
  for (const one of more) into.push(one);
}

function makeTuple(m: Machine, at: number, items: readonly Fact[]): TupleFact {
  const tuple: TupleFact = { kind: "tuple", offset: at, id: m.nextId(), items };
  m.count(at);
  m.containers.push(tuple);
  return tuple;
}
function tuple(m: Machine, at: number, count: number): void {
  m.push(makeTuple(m, at, m.popMany(count, at)));
}
function markedTuple(m: Machine, at: number): void {
  m.push(makeTuple(m, at, m.popMark(at)));
}
function list(m: Machine, at: number): void {
  makeList(m, at, m.popMark(at));
}
function emptyList(m: Machine, at: number): void {
  makeList(m, at, []);
}
function makeList(m: Machine, at: number, items: Fact[]): void {
  const made: ListFact = { kind: "list", offset: at, id: m.nextId(), items };
  m.make(made);
}
function dict(m: Machine, at: number): void {
  makeDict(m, at, m.pairs(m.popMark(at), at));
}
function emptyDict(m: Machine, at: number): void {
  makeDict(m, at, []);
}
function makeDict(m: Machine, at: number, entries: Entry[]): void {
  const made: DictFact = { kind: "dict", offset: at, id: m.nextId(), entries };
  m.make(made);
}
function emptySet(m: Machine, at: number): void {
  makeSet(m, at, "set", []);
}
function frozenset(m: Machine, at: number): void {
  makeSet(m, at, "frozenset", m.popMark(at));
}
function makeSet(m: Machine, at: number, kind: SetFact["kind"], items: Fact[]): void {
  const made: SetFact = { kind, offset: at, id: m.nextId(), items };
  m.make(made);
}

/** Python would call `extend` or `append` of whatever it finds; here only lists and results of calls have them. */
function appendTo(m: Machine, at: number, items: readonly Fact[]): void {
  const target = m.top(at);
  if (target.kind === "list" || target.kind === "call") extend(target.items, items);
  else wrongTarget(m, at, target, "append to");
}
function append(m: Machine, at: number): void {
  const item = m.pop(at);
  appendTo(m, at, [item]);
}
function appends(m: Machine, at: number): void {
  appendTo(m, at, m.popMark(at));
}
function storeIn(m: Machine, at: number, entries: readonly Entry[]): void {
  const target = m.top(at);
  if (target.kind === "dict" || target.kind === "call") extend(target.entries, entries);
  else wrongTarget(m, at, target, "store a key in");
}
function setItem(m: Machine, at: number): void {
  const value = m.pop(at);
  const key = m.pop(at);
  storeIn(m, at, [{ key, value }]);
}
function setItems(m: Machine, at: number): void {
  storeIn(m, at, m.pairs(m.popMark(at), at));
}
function addItems(m: Machine, at: number): void {
  const items = m.popMark(at);
  const target = m.top(at);
  if (target.kind === "set") extend(target.items, items);
  else wrongTarget(m, at, target, "add to");
}
function wrongTarget(m: Machine, at: number, target: Fact, verb: string): void {
  if (target.kind !== "unknown") m.note("wrong-type", at, `cannot ${verb} a value of kind ${target.kind}`);
}

function mark(m: Machine, at: number): void {
  m.mark(at);
}
/** Lib/pickle.py and Modules/_pickle.c alike: POP takes a mark if that is what lies on top. */
function pop(m: Machine, at: number): void {
  if (m.marks.length > 0 && m.fence === m.stack.length) m.marks.pop();
  else m.pop(at);
}
function popMark(m: Machine, at: number): void {
  m.popMark(at);
}
function dup(m: Machine, at: number): void {
  m.push(m.top(at));
}
function stop(m: Machine, at: number): void {
  m.root = m.pop(at);
  m.ended = "stop";
  const left = m.stack.length + m.marks.length;
  if (left > 0) m.note("extra-stack", at, `${left} more values or marks lie on the stack at the end`);
  if (m.frameEnd > m.at) m.note("bad-frame", at, "the pickle stops before its frame ends");
}

function ask(m: Machine, at: number, module: string, name: string): GlobalFact {
  const fact: GlobalFact = { kind: "global", offset: at, module, name, protocol: m.protocol };
  m.count(at);
  if (m.globals.length >= m.limits.globals) m.halt("fact-limit", at, `more than ${m.limits.globals} globals`);
  else m.globals.push(fact);
  return fact;
}
export interface Lines {
  readonly module: Uint8Array;
  readonly name: Uint8Array;
}
function nameLine(m: Machine, at: number, line: Uint8Array, ascii: boolean): string {
  const decoded = decodeUtf8(line);
  const foreign = decoded.flaw !== undefined || (ascii && decoded.value.length !== line.length);
  if (foreign || line.length === 0) m.note("bad-text", at, "a module or name that is no text");
  return decoded.value;
}
function global(m: Machine, at: number, lines: Lines): void {
  m.push(ask(m, at, nameLine(m, at, lines.module, false), nameLine(m, at, lines.name, false)));
}

/** The text of a name on the stack; bytes are no name to Python 3, but are told as the name they seem to be. */
function stackName(m: Machine, at: number, fact: Fact): string | undefined {
  if (fact.kind === "text") return fact.value;
  m.note("computed-name", at, `a module or name is no text but a value of kind ${fact.kind}`);
  return fact.kind === "bytes" ? latin1(fact.value) : undefined;
}
function stackGlobal(m: Machine, at: number): void {
  const last = m.pop(at);
  const first = m.pop(at);
  const module = stackName(m, at, first);
  const name = stackName(m, at, last);
  m.push(module === undefined || name === undefined ? m.unknown(at) : ask(m, at, module, name));
}

function call(m: Machine, at: number, how: CallOpcode, callable: Fact, args: Fact, kwargs?: Fact): void {
  let tuple: TupleFact;
  if (args.kind === "tuple") tuple = args;
  else {
    if (args.kind !== "unknown")
      m.note("wrong-type", at, `arguments of kind ${args.kind} in place of a tuple`);
    tuple = makeTuple(m, at, [args]);
  }
  const fact: CallFact = {
    kind: "call",
    offset: at,
    id: m.nextId(),
    how,
    callable,
    args: tuple,
    kwargs,
    states: [],
    entries: [],
    items: [],
  };
  m.calls.push(fact);
  m.make(fact);
}
function reduce(m: Machine, at: number): void {
  const args = m.pop(at);
  call(m, at, "REDUCE", m.pop(at), args);
}
function newObject(m: Machine, at: number): void {
  const args = m.pop(at);
  call(m, at, "NEWOBJ", m.pop(at), args);
}
function newObjectEx(m: Machine, at: number): void {
  const kwargs = m.pop(at);
  const args = m.pop(at);
  call(m, at, "NEWOBJ_EX", m.pop(at), args, kwargs);
}
function inst(m: Machine, at: number, lines: Lines): void {
  const args = m.popMark(at);
  const callable = ask(m, at, nameLine(m, at, lines.module, true), nameLine(m, at, lines.name, true));
  call(m, at, "INST", callable, makeTuple(m, at, args));
}
function obj(m: Machine, at: number): void {
  const [callable, ...args] = m.popMark(at);
  if (callable === undefined) m.note("stack-underflow", at, "a class is missing above the mark");
  call(m, at, "OBJ", callable ?? m.unknown(at), makeTuple(m, at, args));
}
function build(m: Machine, at: number): void {
  const state = m.pop(at);
  const target = m.top(at);
  if (target.kind === "call") writable(target.states).push(state);
  else if (target.kind === "global")
    m.note("wrong-type", at, `sets attributes of ${quoted(`${target.module} ${target.name}`)} itself`);
  else wrongTarget(m, at, target, "set attributes of");
}

function persistent(m: Machine, at: number): void {
  const key = m.pop(at);
  makePersistent(m, at, key);
}
function persistentLine(m: Machine, at: number, line: Uint8Array): void {
  if (line.some((byte) => byte > 0x7f)) m.note("bad-text", at, "a persistent id that is not ASCII");
  makePersistent(m, at, { kind: "text", offset: at, value: latin1(line), py2: true });
}
function makePersistent(m: Machine, at: number, key: Fact): void {
  const fact = { kind: "persistent", offset: at, id: m.nextId(), key } as const;
  m.foreign.push(fact);
  m.make(fact);
}
function extension(m: Machine, at: number, code: number): void {
  m.note("extension", at, `extension ${code} of a registry that the file does not hold`);
  const fact = { kind: "extension", offset: at, code } as const;
  m.foreign.push(fact);
  m.make(fact);
}

export const OBJECT_LOADERS = {
  tuple,
  markedTuple,
  list,
  emptyList,
  dict,
  emptyDict,
  emptySet,
  frozenset,
  append,
  appends,
  setItem,
  setItems,
  addItems,
  mark,
  pop,
  popMark,
  dup,
  stop,
  global,
  stackGlobal,
  reduce,
  newObject,
  newObjectEx,
  inst,
  obj,
  build,
  persistent,
  persistentLine,
  extension,
} as const;
