/**
 * Transcripts: a session at the terminal as a file, to be read by people and run by a test.
 *
 *     # a comment
 *     $ optseal list rules          a command; quotes as in a shell
 *     mxnet-1.9/adam                what it prints; digests as sha256:*, key ids as *
 *     ! a word for people           what it says on standard error
 *     [exit 13]                     where it is not 0
 *     + write spec.yaml             a file, of the lines that follow, each behind "| "
 *     + copy NAME AS                a fixture of test/fixtures/mxnet-1.9
 *     + mode 644 alice.key
 *     + tensors w.safetensors a=1,2 b:F16=3   one dimension, of binary32 where nothing is said
 *     + clock +3600                 so many seconds later
 */
import { chmodSync, copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bf16Bits, f16Bits } from "../../src/base/half.ts";
import type { Tensor } from "../../src/index.ts";
import { writeSafetensors } from "../../src/index.ts";
import { NOW, optseal } from "./fake-io.ts";

const FIXTURES = fileURLToPath(new URL("../fixtures/mxnet-1.9", import.meta.url));

const ARRAYS = {
  F16: (numbers: readonly number[]) => Uint16Array.from(numbers, f16Bits),
  BF16: (numbers: readonly number[]) => Uint16Array.from(numbers, bf16Bits),
  F32: (numbers: readonly number[]) => Float32Array.from(numbers),
  F64: (numbers: readonly number[]) => Float64Array.from(numbers),
};

/** A step: the line that asks for it, and the lines that belong to it. */
interface Step {
  readonly line: string;
  readonly body: string[];
}

function stepsOf(text: string): readonly Step[] {
  const steps: Step[] = [];
  const lines = text.trimEnd().split("\n");
  for (const [i, line] of lines.entries()) {
    // An empty line may also be part of what is printed: then no step follows it.
    const isStep = /^[$+#] ?/.test(line) || (line === "" && /^[$+#]/.test(lines[i + 1] ?? ""));
    if (isStep) steps.push({ line, body: [] });
    else steps.at(-1)?.body.push(line);
  }
  return steps;
}

/** Words of a command, with double quotes; `\u{...}` inside them stands for a character. */
export function wordsOf(command: string): readonly string[] {
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) =>
    (quoted ?? plain ?? "").replace(/\\u\{([0-9a-f]+)\}/g, (_, hex) =>
      String.fromCodePoint(Number.parseInt(hex, 16)),
    ),
  );
}

function masked(text: string): string {
  return text.replace(/sha256:[0-9a-f]{64}/g, "sha256:*").replace(/\b[0-9a-f]{64}\b/g, "*");
}

const linesOf = (text: string, mark: string): readonly string[] =>
  text === ""
    ? []
    : masked(text.replace(/\n$/, ""))
        .split("\n")
        .map((line) => (mark + line).trimEnd());

type Setup = (folder: string, words: readonly string[], body: readonly string[]) => void;

const SETUPS: ReadonlyMap<string, Setup> = new Map<string, Setup>([
  [
    "write",
    (folder, [name = ""], body) =>
      writeFileSync(join(folder, name), body.map((line) => `${line.slice(2)}\n`).join("")),
  ],
  ["copy", (folder, [name = "", as = name]) => copyFileSync(join(FIXTURES, name), join(folder, as))],
  ["mode", (folder, [mode = "", name = ""]) => chmodSync(join(folder, name), Number.parseInt(mode, 8))],
  [
    "tensors",
    (folder, [name = "", ...tensors]) => {
      const entries = tensors.map((one) => {
        const [name = "", values = ""] = one.split("=");
        const [key = "", dtype = "F32"] = name.split(":");
        const numbers = values.split(",").map(Number);
        const data = ARRAYS[dtype as keyof typeof ARRAYS](numbers);
        return [key, { dtype, shape: [numbers.length], data } as Tensor] as const;
      });
      writeFileSync(join(folder, name), writeSafetensors(entries));
    },
  ],
]);

/** Runs a transcript in a folder. @returns the transcript as it went this time */
export async function rerun(folder: string, text: string): Promise<string> {
  const out: string[] = [];
  let now = NOW;
  for (const { line, body } of stepsOf(text)) {
    out.push(line);
    const [verb = "", ...words] = wordsOf(line.slice(2));
    if (line.startsWith("+ clock")) now += Number(words[0]);
    else if (line.startsWith("+ ")) {
      const setup = SETUPS.get(verb);
      if (setup === undefined) throw new Error(`no such step: ${line}`);
      setup(folder, words, body);
      out.push(...body);
    } else if (line.startsWith("$ optseal")) {
      const { exitCode, stdout, stderr } = await optseal(folder, words, { now });
      out.push(
        ...linesOf(stdout, ""),
        ...linesOf(stderr, "! "),
        ...(exitCode === 0 ? [] : [`[exit ${exitCode}]`]),
      );
    }
  }
  return `${out.join("\n")}\n`;
}
