/**
 * legacy: a foreign file to a spec, never executing it. In: bytes. Out: a spec as `author` makes it, and a report of what
 * became of every field.
 */
import { author } from "../author/author.ts";
import type { Issue } from "../base/errors.ts";
import { SpecError } from "../spec/errors.ts";
import type { Authored } from "../spec/gates.ts";
import type { LegacyCode } from "./errors.ts";
import { LegacyError } from "./errors.ts";
import { convertOptimizer } from "./mxnet/convert.ts";
import type { FoundOptimizer } from "./mxnet/identify.ts";
import { classesIn, fullName, identifyOptimizer } from "./mxnet/identify.ts";
import { OPTIMIZERS } from "./mxnet/optimizer-classes.ts";
import { releasesInWords } from "./mxnet/releases.ts";
import type { Resolution } from "./mxnet/resolve.ts";
import { resolveRelease } from "./mxnet/resolve.ts";
import type { Fact } from "./pickle/facts.ts";
import { readPickle } from "./pickle/read.ts";
import { quoted } from "./pickle/text.ts";
import { objectOf } from "./pickle/values.ts";
import type { Report } from "./report.ts";
import { ConversionError, inWords, Ledger } from "./report.ts";

export interface ConvertOptions {
  /** The framework and release that made the file, where the file does not tell, such as `mxnet-1.7`. */
  readonly release?: string;
  /**
   * What classes of the file are, by module and name, such as `train.optim.Lion`: a class of MXNet that it only renames
   * (`SGD`), a built-in (`mxnet-1.9/sgd`), or the text of a rule or schedule. Fields that carry the name of one of its
   * hyperparameters become its values; the report tells of all others.
   */
  readonly names?: ReadonlyMap<string, string>;
}

export interface Conversion {
  readonly authored: Authored;
  readonly report: Report;
}

/**
 * Converts a pickled optimizer of MXNet 1.0 to 2.0.
 * @throws LegacyError for a file that is no regular pickle, with byte offsets; for one that several releases could have made,
 *   which compute differently; for a release that cannot have made it.
 * @throws ConversionError for one whose content has no counterpart; it carries the report.
 * @throws SpecError for a text in `names` that is no rule or schedule.
 */
export function convert(bytes: unknown, options: ConvertOptions = {}): Conversion {
  const root = readPickle(bytes);
  const names = options.names ?? new Map<string, string>();
  refuseStrangeNames(root, names);
  const found = identifyOptimizer(root, names);
  if (found === undefined) throw refuseRoot(root, names);
  const resolution = resolveRelease(found, options.release);
  const { release, candidates, problems } = resolution;
  const ledger = new Ledger();
  tellSource(found, resolution, options.release, ledger);
  for (const { fact, why } of problems) ledger.refuse("wrong-release", "release", fact, why);
  const document = convertOptimizer(found, release, ledger);
  const className = fullName(found.object);
  const report: Report = {
    source: { format: "pickle", framework: "mxnet", release, candidates, className },
    fields: ledger.entries.toSorted((a, b) => a.offset - b.offset),
  };
  const [first, ...rest] = ledger.issues;
  if (first !== undefined) throw new ConversionError([first, ...rest], report);
  return { authored: authored(document, found, report), report };
}

/** What MXNet takes and a spec has no room for, such as a name of a thousand characters, is the file's fault. */
function authored(document: unknown, { object }: FoundOptimizer, report: Report): Authored {
  try {
    return author(document);
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    const [first, ...rest] = error.issues.map(
      ({ message, path }): Issue<LegacyCode> => ({
        code: "unsupported",
        message: `no spec can say this: ${path ?? ""}: ${message}`,
        offset: object.offset,
      }),
    );
    throw new ConversionError([first as Issue<LegacyCode>, ...rest], report);
  }
}

/** What the file does not say of itself. */
function tellSource(
  { object, target: { said } }: FoundOptimizer,
  { release, candidates }: Resolution,
  wanted: string | undefined,
  ledger: Ledger,
): void {
  if (wanted === undefined && candidates.length > 0) {
    const which = releasesInWords(candidates);
    const alike = candidates.length === 1 ? "" : ", which compute alike";
    const why = `the class and the fields are those of ${which}${alike}`;
    ledger.guess("release", object.call, "not in the file", release, why);
  }
  if (said !== undefined) ledger.guess("class", object.call, fullName(object), said, "the caller says so");
  const isPython2 = object.call.states.some(
    (state) => state.kind === "dict" && state.entries.some(({ key }) => key.kind === "text" && key.py2),
  );
  const why = "Python 2 hands kernels the first 12 digits of a number, a spec all of them";
  if (isPython2) ledger.differ("python", object.call, why, "2");
}

/** A name for a class that the file does not have is a mistake, and another class may have been meant. */
function refuseStrangeNames(root: Fact, names: ReadonlyMap<string, string>): void {
  const classes = classesIn(root);
  for (const name of names.keys()) {
    if (classes.includes(name)) continue;
    throw new LegacyError({
      code: "unknown-class",
      message: `the file has no object of ${quoted(name)}`,
      offset: root.offset,
      hint: `its classes: ${classes.length === 0 ? "none" : classes.map(quoted).join(", ")}`,
    });
  }
}

function refuseRoot(root: Fact, names: ReadonlyMap<string, string>): LegacyError {
  const object = objectOf(root);
  const name = object === undefined ? "" : fullName(object);
  const said = names.get(name);
  if (said !== undefined) {
    return new LegacyError({
      code: "unknown-class",
      message: `${quoted(said)} is no class of MXNet, no built-in and no text of a rule`,
      offset: root.offset,
      hint: "`optseal list rules` shows the built-ins",
    });
  }
  const isStates = root.kind === "tuple" && root.items.length === 2 && root.items[0]?.kind === "dict";
  const what = isStates
    ? "a tuple of states and an optimizer, as `Updater.get_states` writes them, is no optimizer alone"
    : object === undefined
      ? `${inWords(root)} is no optimizer`
      : `${quoted(name)} is no optimizer of MXNet that is known here`;
  return new LegacyError({
    code: "unknown-class",
    message: what,
    offset: root.offset,
    hint: isStates
      ? "arrays do not go into a spec; pickle the optimizer itself: pickle.dumps(updater.optimizer)"
      : `known: ${KNOWN}; for a class of your own write its rule as text and name the file: --name FILE=CLASS`,
  });
}

const KNOWN = OPTIMIZERS.map(({ className }) => className).join(", ");
