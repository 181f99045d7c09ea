/** run: a checked program as the bytes of one WebAssembly module, which needs nothing of its host but memory. */
import { deepFreeze } from "../../base/gate.ts";
import type { Checked } from "../../spec/gates.ts";
import { checkedGate } from "../../spec/gates.ts";
import type { Body, Program } from "../../spec/program.ts";
import { bodiesOf } from "../../spec/program.ts";
import type { Half } from "../precision.ts";
import type { SharedMemory } from "./assemble.ts";
import { assembled } from "./assemble.ts";
import { writeBinding } from "./binding.ts";
import { writeBody } from "./body.ts";
import type { Bytes } from "./bytes.ts";
import { ascii, section } from "./bytes.ts";
import type { BodyDescription, Description, Variant } from "./description.ts";
import { ABI, digestsOf, givenIn } from "./description.ts";
import { COMMON, Frame, INTEGERS } from "./frame.ts";
import { Functions } from "./functions.ts";
import { Lists } from "./lists.ts";
import type { Precision } from "./lower.ts";
import { TOTAL } from "./lower.ts";
import { writeSchedule } from "./schedule-program.ts";

/** How the module's memory is to be, and for what weights. */
export interface ModuleOptions {
  /** Absent: one thread alone uses it. */
  readonly shared?: SharedMemory;
  /** Types of weights that it is to take beside binary32. */
  readonly weights?: readonly Half[];
}

/** A module, and what its custom section says of it. */
export interface WasmModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly description: Description;
}

/** Every body that a parameter may be given, each once. */
export function allBodies({ bindings }: Program): readonly Body[] {
  return [...new Set(bindings.flatMap(({ bodies }) => bodiesOf(bodies)))];
}

/**
 * Writes the module of a checked spec, for any host of WebAssembly; docs/abi.md says how it is used.
 * @throws TypeError for anything that `check` has not returned
 */
export function writeModule(checked: Checked, { shared, weights = [] }: ModuleOptions = {}): WasmModule {
  if (!checkedGate.knows(checked)) throw new TypeError("writeModule takes what `check` returned");
  const { spec, program } = checked;
  const functions = new Functions();
  const lists = new Lists();
  const bodies = allBodies(program);
  const hyper = hyperNames(program);
  let exported = 0;
  const nextName = () => `step${exported++}`;
  const gradient = spec.gradient ?? {};
  const written: BodyDescription[] = [];
  const write = (body: Body, precision: Precision): number => {
    const startName = `start${written.length}`;
    return (
      written.push(writeBody(body, precision, { gradient, functions, lists, hyper, nextName, startName })) - 1
    );
  };
  for (const body of bodies) write(body, {});
  const hasMaster = spec.precision?.master === true;
  for (const [i, body] of bodies.entries()) {
    const variants = [...new Set(weights)].flatMap((weight) =>
      [{ weight }, { weight, gradient: weight }].map(
        (types): Variant => ({ ...types, body: write(body, { ...types, hasMaster }) }),
      ),
    );
    if (variants.length > 0) written[i] = { ...(written[i] as BodyDescription), variants };
  }
  const common = new Frame(hyper);
  const description: Description = deepFreeze({
    abi: ABI,
    digests: digestsOf(spec),
    ...givenIn(checked),
    ...(program.scheduled === undefined ? {} : { scheduled: program.scheduled }),
    ...(program.cycled === undefined ? {} : { cycled: program.cycled }),
    integers: INTEGERS,
    common: Object.fromEntries(
      [...COMMON, ...hyper].flatMap((name) => (name === TOTAL ? [] : [[name, common.number(name)]])),
    ),
    total: common.number(TOTAL),
    ...(program.schedule === undefined
      ? {}
      : { schedule: writeSchedule(program.schedule, functions, lists) }),
    bindings: program.bindings.map((binding, i) =>
      writeBinding(binding, `settle${i}`, { functions, lists, hyper, bodies }),
    ),
    bodies: written,
    free: lists.end,
  });
  const bytes = assembled({ functions, lists: lists.all, custom: [describedIn(description)], shared });
  return { bytes, description };
}

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
