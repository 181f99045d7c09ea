/**
 * legacy: a foreign file to a spec, never executing it. In: bytes. Out: a spec as `author` makes it, and a report of what
 * became of every field.
 */
import { author } from "../author/author.ts";
import type { Authored } from "../spec/gates.ts";
import { LegacyError } from "./errors.ts";
import { OPTIMIZERS } from "./mxnet/classes.ts";
import { convertOptimizer, optimizerClass } from "./mxnet/convert.ts";
import type { FieldReader } from "./mxnet/read-fields.ts";
import type { Fact } from "./pickle/facts.ts";
import { readPickle } from "./pickle/read.ts";
import { objectOf } from "./pickle/values.ts";
import type { Report } from "./report.ts";
import { ConversionError, Ledger } from "./report.ts";

export interface ConvertOptions {
  /** The framework and release that made the file, where the file does not tell, such as `mxnet-1.9`. */
  readonly release?: string;
  /** Classes of the file that the user says are another's, such as `__main__.MySGD` for `SGD`. */
  readonly names?: ReadonlyMap<string, string>;
}

export interface Conversion {
  readonly authored: Authored;
  readonly report: Report;
}

const RELEASES: readonly string[] = ["mxnet-1.9"];
/** What a file that could be of several releases is taken for: their optimizers compute the same. */
const DEFAULT_RELEASE = "mxnet-1.9";

/**
 * Converts a pickled optimizer of MXNet 1.9.
 * @throws LegacyError for a file that is no regular pickle, with byte offsets.
 * @throws ConversionError for one whose content has no counterpart; it carries the report.
 */
export function convert(bytes: unknown, options: ConvertOptions = {}): Conversion {
  const release = options.release ?? DEFAULT_RELEASE;
  const root = readPickle(bytes);
  if (!RELEASES.includes(release)) {
    const hint = `known releases: ${RELEASES.join(", ")}`;
    throw new LegacyError({
      code: "unsupported",
      message: `no release \`${release}\``,
      offset: root.offset,
      hint,
    });
  }
  const names = nameReader(options.names ?? new Map());
  const object = objectOf(root);
  const cls = object === undefined ? undefined : optimizerClass(object, names);
  if (object === undefined || cls === undefined) throw refuseRoot(root);
  const ledger = new Ledger();
  if (options.release === undefined) {
    const why = "the fields are those of 1.6 to 1.9; 1.7 to 1.9 compute alike. --release says otherwise";
    ledger.guess("release", object.call, "not in the file", release, why);
  }
  const said = options.names?.get(`${object.module}.${object.name}`);
  if (said !== undefined)
    ledger.guess("class", object.call, `${object.module}.${object.name}`, said, "the caller says so");
  const document = convertOptimizer(object, cls, release, names, ledger);
  const className = `${object.module}.${object.name}`;
  const report: Report = {
    source: { format: "pickle", framework: "mxnet", release, className },
    fields: ledger.entries.toSorted((a, b) => a.offset - b.offset),
  };
  const [first, ...rest] = ledger.issues;
  if (first !== undefined) throw new ConversionError([first, ...rest], report);
  return { authored: author(document), report };
}

function nameReader(names: ReadonlyMap<string, string>): FieldReader {
  return {
    resolve(module, name) {
      const said = names.get(`${module}.${name}`);
      if (said === undefined) return [module, name];
      return [said.endsWith("Scheduler") ? "mxnet.lr_scheduler" : "mxnet.optimizer.optimizer", said];
    },
  };
}

function refuseRoot(root: Fact): LegacyError {
  const object = objectOf(root);
  const what =
    object === undefined
      ? `a ${root.kind} is no optimizer`
      : `\`${object.module}.${object.name}\` is no optimizer of MXNet 1.9 that is known here`;
  return new LegacyError({
    code: "unknown-class",
    message: what,
    offset: root.offset,
    hint: `known: ${OPTIMIZERS.map(({ className }) => className).join(", ")}; a custom optimizer goes into a spec as rule text, and a class that only renames a known one by --name NAME=CLASS`,
  });
}
