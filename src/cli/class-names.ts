/**
 * cli: `--name NAME=CLASS`, what a class of a pickle is. NAME is a file of rule or schedule text, a spec whose rule is written
 * out, a built-in, or a class of MXNet; CLASS has its module before it, as the pickle writes it.
 */
import { author, findRule, findSchedule, print } from "../index.ts";
import { about, UsageError } from "./errors.ts";
import type { Io } from "./io.ts";
import { kindOf } from "./kinds.ts";
import { INPUT_LIMITS, inputName, readInput } from "./read-input.ts";
import { readPair } from "./values.ts";

/** A Python class with its module. */
const QUALIFIED = /^[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)+$/u;
/** A class as MXNet's registry and documents name it. */
const BARE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Name and class; a pair the other way round is understood where only its first half can be the class. @throws UsageError */
function nameAndClass(text: string): readonly [name: string, cls: string] {
  const [left, right] = readPair("name", text);
  if (QUALIFIED.test(right)) return [left, right];
  if (QUALIFIED.test(left)) return [right, left];
  throw new UsageError(
    `\`--name ${text}\` is no pair of a name and a class`,
    "write NAME=CLASS, such as lion.rule=train.optim.Lion or mxnet-1.9/sgd=__main__.MySGD",
  );
}

async function meaning(io: Io, name: string): Promise<string> {
  if (findRule(name) !== undefined || findSchedule(name) !== undefined || BARE.test(name)) return name;
  const bytes = await readInput(io, name, { limit: INPUT_LIMITS.document });
  const kind = kindOf(bytes);
  return about(inputName(name), () => {
    if (kind !== "rule" && kind !== "spec") {
      throw new UsageError(
        `\`${name}\` is no built-in, and the file is no text of a rule or schedule`,
        "a file of text begins with `rule NAME` or `schedule NAME`; `optseal list` shows the built-ins",
      );
    }
    const text = new TextDecoder().decode(bytes);
    if (kind === "rule") return text;
    const { rule } = author(text).spec;
    return "digest" in rule ? rule.name : print(rule);
  });
}

/** What the classes are that the options name. @throws UsageError, FileError, SpecError */
export async function readClassNames(
  io: Io,
  options: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (const text of options) {
    const [name, cls] = nameAndClass(text);
    if (names.has(cls))
      throw new UsageError(`\`${cls}\` is given two names`, "one --name for each class of the file");
    names.set(cls, await meaning(io, name));
  }
  return names;
}
