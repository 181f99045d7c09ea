/** run: a checked program as the bytes of one WebAssembly module, which needs nothing of its host but memory. */
import { deepFreeze } from "../../base/gate.ts";
import type { Checked } from "../../spec/gates.ts";
import type { Body, Program } from "../../spec/program.ts";
import { bodiesOf } from "../../spec/program.ts";
import { writeBody } from "./body.ts";
import type { Bytes } from "./bytes.ts";
import { ascii, binary64, flat, section, sized, unsigned, vector } from "./bytes.ts";
import type { BodyDescription, Description } from "./description.ts";
import { ABI, bindingsOf, digestOf } from "./description.ts";
import { Functions } from "./functions.ts";
import { end, i32Const } from "./instructions.ts";
import { TABLES } from "./kernels/tables.ts";
import { Lists } from "./lists.ts";

/** How the module's memory is to be. */
export interface ModuleOptions {
  /** Whether threads share it. Then it has a limit, in pages of 64 KiB. */
  readonly shared?: { readonly most: number };
}

export interface Written {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly description: Description;
}

const [SHARED_MEMORY, PLAIN_MEMORY] = [3, 0];

/** Every body that a parameter may be given, each once. */
export function allBodies({ bindings }: Program): readonly Body[] {
  return [...new Set(bindings.flatMap(({ bodies }) => bodiesOf(bodies)))];
}

/** Writes the module of a program. */
export function writeModule({ spec, program }: Checked, { shared }: ModuleOptions = {}): Written {
  const functions = new Functions();
  const lists = new Lists();
  const bodies = allBodies(program);
  const hyper = hyperNames(program);
  let exported = 0;
  const nextName = () => `step${exported++}`;
  const written: readonly BodyDescription[] = bodies.map((body) =>
    writeBody(body, spec.gradient ?? {}, { functions, lists, hyper, nextName }),
  );
  const description: Description = deepFreeze({
    abi: ABI,
    ...digestOf(spec),
    memory: { free: lists.end },
    ...(spec.gradient === undefined ? {} : { gradient: spec.gradient }),
    ...(program.scheduled === undefined ? {} : { scheduled: program.scheduled }),
    ...(program.cycled === undefined ? {} : { cycled: program.cycled }),
    hyper,
    bindings: bindingsOf(program, bodies),
    bodies: written,
  });
  const data = [
    ...TABLES.filter(({ reader }) => functions.has(reader)),
    ...lists.all.filter(({ count }) => count > 0),
  ].map(({ at, numbers }) => [0, i32Const(at), end, sized(numbers.map(binary64))]);
  const limits = shared === undefined ? [PLAIN_MEMORY, 1] : [SHARED_MEMORY, 1, unsigned(shared.most)];
  const sections = functions.sections();
  const parts: readonly Bytes[] = [
    [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(1, sections.types),
    section(2, vector([[ascii("host"), ascii("memory"), 2, limits]])),
    section(3, sections.functions),
    ...(functions.has("reduce_large") ? [section(6, GLOBALS)] : []),
    section(7, sections.exports),
    section(10, sections.code),
    ...(data.length === 0 ? [] : [section(11, vector(data))]),
  ];
  return { bytes: flat([...parts, describedIn(description)]), description };
}

/** Two binary64: the head and the tail of what a large argument is reduced to. */
const GLOBALS: Bytes = vector([0, 0].map((value) => [0x7c, 1, 0x44, binary64(value), end]));

/** Hyperparameters that arithmetic may use, of all bindings together. */
function hyperNames({ bindings }: Program): readonly string[] {
  const names = bindings.flatMap(({ hyper }) =>
    Object.keys(hyper).filter((name) => ["number", "boolean"].includes(typeof hyper[name])),
  );
  return [...new Set(names)];
}

/** The name of the custom section that describes the module. */
export const SECTION = "optseal";

function describedIn(description: Description): Bytes {
  const text = new TextEncoder().encode(JSON.stringify(description));
  return section(0, [ascii(SECTION), text]);
}
