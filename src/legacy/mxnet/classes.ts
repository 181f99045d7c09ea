/** legacy: MXNet's classes, as tables tell of them: where each release keeps them, and with which fields. */
import type { FieldRow } from "./fates.ts";
import type { Era, Release } from "./releases.ts";
import { isOf } from "./releases.ts";

/** Where a class is, in some releases. */
export interface Home {
  readonly module: string;
  readonly era: Era;
}

export interface ForeignClass {
  readonly className: string;
  /** The built-in that it becomes, without the release. */
  readonly builtIn: string;
  readonly homes: readonly Home[];
  readonly rows: readonly FieldRow[];
}

/** The class of a module and name. */
export function findClass(
  classes: readonly ForeignClass[],
  module: string,
  name: string,
): ForeignClass | undefined {
  return classes.find(
    ({ className, homes }) => className === name && homes.some((home) => home.module === module),
  );
}

/** The fields of a class in a release, by name. */
export function fieldsIn({ rows }: ForeignClass, release: Release): ReadonlyMap<string, FieldRow> {
  return new Map(rows.filter(({ era }) => isOf(release, era)).map((row) => [row.name, row]));
}

/** Whether a release has the class, in this module or, where none is given, in any. */
export function isIn({ homes }: ForeignClass, release: Release, module?: string): boolean {
  return homes.some((home) => (module === undefined || home.module === module) && isOf(release, home.era));
}
