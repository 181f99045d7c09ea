/** Pickles for the tests: the folder of samples, hexadecimal, and the classes of an optimizer. */
import { existsSync, readFileSync } from "node:fs";
import { fromHex, utf8 } from "../../../src/base/bytes.ts";
import type { Fact } from "../../../src/legacy/pickle/facts.ts";
import type { KnownClass } from "../../../src/legacy/pickle/known.ts";
import type { ScanResult } from "../../../src/legacy/scan.ts";
import { scan } from "../../../src/legacy/scan.ts";

const corpora = new URL("../../../../shared/corpora/pickles/", import.meta.url);

interface Truth {
  readonly globals: readonly string[];
  readonly streams: number;
  readonly error: string | null;
}

/** What CPython's unpickler asked for in each sample; `undefined` where the samples are absent. */
export const oracle: Readonly<Record<string, Truth | null>> | undefined = existsSync(corpora)
  ? JSON.parse(readFileSync(new URL("oracle.json", corpora), "utf8"))
  : undefined;

export const whyNoCorpora = "skipped: the folder ../shared/corpora is absent";

export function sample(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(name, corpora)));
}

export function hex(text: string): Uint8Array {
  const bytes = fromHex(text.replaceAll(/\s/g, ""));
  if (bytes === undefined) throw new Error("the test's own hexadecimal is wrong");
  return bytes;
}

/** Bytes of a text, one a character; for pickles of the text protocols. */
export function ascii(text: string): Uint8Array {
  return utf8(text);
}

export function names(result: ScanResult): string[] {
  return result.globals.map(({ module, name }) => `${module} ${name}`);
}

export function codes(result: ScanResult): string[] {
  return [...new Set(result.findings.map(({ code }) => code))];
}

export function scanHex(text: string): ScanResult {
  return scan(hex(text));
}

const any = (): boolean => true;
const isNumber = (fact: Fact): boolean => fact.kind === "int" || fact.kind === "float";

/** A table like the one of MXNet's classes, enough for the samples here. */
export const classes: readonly KnownClass[] = [
  {
    module: "mxnet.optimizer.optimizer",
    name: "SGD",
    fields: new Map([
      ...["rescale_grad", "lr", "wd", "momentum", "num_update", "begin_num_update"].map(
        (name) => [name, isNumber] as const,
      ),
      ...["lr_scheduler", "lr_mult", "wd_mult", "_all_index_update_counts", "_index_update_count"].map(
        (name) => [name, any] as const,
      ),
      ...["clip_gradient", "multi_precision", "aggregate_num", "idx2name", "sym_info", "allow_np_array"].map(
        (name) => [name, any] as const,
      ),
      ["lazy_update", any],
    ]),
  },
  {
    module: "mxnet.lr_scheduler",
    name: "FactorScheduler",
    fields: new Map(
      ["base_lr", "step", "factor", "stop_factor_lr", "count"].map((name) => [name, isNumber] as const),
    ),
  },
];
