/** legacy: MXNet's classes for the scanner: an object of one of them, with its fields and nothing else, is known data. */
import type { Fact } from "../pickle/facts.ts";
import type { KnownClass } from "../pickle/known.ts";
import { bytesOf, objectOf } from "../pickle/values.ts";
import type { ForeignClass } from "./classes.ts";
import { findClass } from "./classes.ts";
import type { Fate } from "./fates.ts";
import { ARRAY_CLASSES, isWholeArray } from "./ndarray.ts";
import { OPTIMIZERS } from "./optimizer-classes.ts";
import { SCHEDULERS } from "./scheduler-classes.ts";

type Test = (value: Fact) => boolean;

/** In whatever release: a scanner asks for what is known, not for which of it. */
function knownClasses({ homes, className, rows }: ForeignClass): readonly KnownClass[] {
  const fields = new Map<string, Test>();
  for (const { name, fate } of rows) {
    const [before, test] = [fields.get(name), testOf(fate)];
    fields.set(name, before === undefined ? test : (value) => before(value) || test(value));
  }
  return homes.map(({ module }) => ({ module, name: className, fields }));
}

function testOf(fate: Fate): Test {
  if (fate.is !== "object") return (value) => fate.kind.read(value) !== undefined;
  const classes = fate.of === "scheduler" ? SCHEDULERS : OPTIMIZERS;
  return (value) => {
    const object = objectOf(value);
    if (object === undefined) return fate.of === "scheduler" && value.kind === "none";
    return findClass(classes, object.module, object.name) !== undefined;
  };
}

/** An array whose bytes are what MXNet's own reader expects. */
const ARRAYS: readonly KnownClass[] = ARRAY_CLASSES.map(([module, name]) => ({
  module,
  name,
  fields: new Map<string, Test>([["handle", (value) => isWholeArray(bytesOf(value) ?? new Uint8Array(0))]]),
  args: (args) => args.length === 1 && args[0]?.kind === "none",
}));

/** Every class that `convert` takes, for `scan`. */
export const MXNET_CLASSES: readonly KnownClass[] = [
  ...[...OPTIMIZERS, ...SCHEDULERS].flatMap(knownClasses),
  ...ARRAYS,
];
