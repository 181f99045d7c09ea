/** legacy: what became of each field of a foreign file. */
import type { Issue } from "../base/errors.ts";
import type { LegacyCode } from "./errors.ts";
import { LegacyError } from "./errors.ts";
import { isNumpyScalar, numpyScalar } from "./numpy.ts";
import type { Fact } from "./pickle/facts.ts";
import { classOf } from "./pickle/known.ts";
import { quoted } from "./pickle/text.ts";

/**
 * `kept` in the spec; `dropped` because it changes nothing; `guessed` where the file does not say; `refused`; `differs` where
 * the class does otherwise than the spec, or than its name says.
 */
export type Action = "kept" | "dropped" | "guessed" | "refused" | "differs";

export interface ReportEntry {
  /** The field's path in the foreign file, such as `lr_scheduler.step`. */
  readonly field: string;
  readonly action: Action;
  /** Where its value begins, in bytes from the start of the file. */
  readonly offset: number;
  /** The value as the file has it, in words, shortened. */
  readonly value: string;
  /** Where it stands in the spec. */
  readonly to?: string;
  readonly why?: string;
}

/** What a conversion found out about the file. */
export interface Source {
  readonly format: "pickle";
  readonly framework: string;
  /** The release whose arithmetic the spec has. */
  readonly release: string;
  /** All releases that could have made the file; they compute alike, unless the caller has said which it is. */
  readonly candidates: readonly string[];
  readonly className: string;
}

export interface Report {
  readonly source: Source;
  readonly fields: readonly ReportEntry[];
}

/** A file that was read but not converted; the report tells of every field, the refused ones included. */
export class ConversionError extends LegacyError {
  readonly report: Report;

  constructor(issues: readonly [Issue<LegacyCode>, ...Issue<LegacyCode>[]], report: Report) {
    super(issues);
    this.report = report;
  }
}

const LONGEST = 60;

/** A fact in words, for a report. */
export function inWords(fact: Fact): string {
  const text = WORDS[fact.kind]?.(fact as never) ?? `a ${fact.kind}`;
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

type Words = { readonly [K in Fact["kind"]]?: (fact: Extract<Fact, { kind: K }>) => string };

const sizes = (what: string) => (fact: { readonly items: readonly Fact[] }) =>
  `a ${what} of ${fact.items.length}`;

const WORDS: Words = {
  none: () => "None",
  bool: ({ value }) => (value ? "True" : "False"),
  int: ({ value }) => String(value),
  float: ({ value }) => (Object.is(value, -0) ? "-0.0" : String(value)),
  text: ({ value }) => JSON.stringify(value),
  list: ({ items }) =>
    items.length <= 8 ? `[${items.map(inWords).join(", ")}]` : `a list of ${items.length}`,
  tuple: sizes("tuple"),
  set: sizes("set"),
  dict: ({ entries }) => `a dict of ${entries.length}`,
  call: (fact) => {
    if (isNumpyScalar(fact)) return numpyInWords(fact);
    const cls = classOf(fact);
    return cls === undefined ? "an object" : `an object of ${quoted(`${cls.module}.${cls.name}`)}`;
  },
  global: ({ module, name }) => `the name ${quoted(`${module}.${name}`)}`,
  bytes: ({ value }) => `${value.length} bytes`,
};

function numpyInWords(fact: Fact): string {
  const scalar = numpyScalar(fact);
  if (scalar === undefined) return "a NumPy scalar that is no real number";
  return `${String(scalar.value)}, a NumPy number`;
}

/** Gathers the fate of every field, and the refusals among them as issues. */
export class Ledger {
  readonly entries: ReportEntry[] = [];
  readonly issues: Issue<LegacyCode>[] = [];

  #add(
    action: Action,
    field: string,
    fact: Fact,
    more: { readonly value?: string; readonly to?: string; readonly why?: string },
  ): void {
    this.entries.push({ field, action, offset: fact.offset, value: inWords(fact), ...more });
  }
  keep(field: string, fact: Fact, to: string, why?: string): void {
    this.#add("kept", field, fact, { to, ...(why === undefined ? {} : { why }) });
  }
  drop(field: string, fact: Fact, why: string): void {
    this.#add("dropped", field, fact, { why });
  }
  /** What the file does not say: `value` is what it says instead. */
  guess(field: string, fact: Fact, value: string, to: string, why: string): void {
    this.#add("guessed", field, fact, { value, to, why });
  }
  /** What the user has to know of the real class. */
  differ(field: string, fact: Fact, why: string, value?: string): void {
    this.#add("differs", field, fact, { why, ...(value === undefined ? {} : { value }) });
  }
  refuse(code: LegacyCode, field: string, fact: Fact, why: string, hint?: string): void {
    this.#add("refused", field, fact, { why });
    this.issues.push({
      code,
      message: `\`${field}\`: ${why}`,
      path: `${field}, byte ${fact.offset}`,
      offset: fact.offset,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}
