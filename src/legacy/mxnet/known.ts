/** legacy: MXNet's classes for the scanner: an object of one of them, with its fields and nothing else, is known data. */
import type { Fact } from "../pickle/facts.ts";
import type { KnownClass } from "../pickle/known.ts";
import { objectOf } from "../pickle/values.ts";
import type { ForeignClass } from "./classes.ts";
import { findClass, OPTIMIZERS, SCHEDULERS } from "./classes.ts";

function knownClasses({ modules, className, fields }: ForeignClass): readonly KnownClass[] {
  const tests = new Map(
    [...fields].map(([name, { kind }]) => {
      const test = kind === "scheduler" ? isScheduler : (value: Fact) => kind.read(value) !== undefined;
      return [name, test] as const;
    }),
  );
  return modules.map((module) => ({ module, name: className, fields: tests }));
}

function isScheduler(value: Fact): boolean {
  if (value.kind === "none") return true;
  const object = objectOf(value);
  return object !== undefined && findClass(SCHEDULERS, object.module, object.name) !== undefined;
}

/** Every class that `convert` takes, for `scan`. */
export const MXNET_CLASSES: readonly KnownClass[] = [...OPTIMIZERS, ...SCHEDULERS].flatMap(knownClasses);
