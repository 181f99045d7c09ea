/** live: steps of a module by several threads, called and asked for. Runs in Node and in a browser alike. */
import { digest } from "../../src/base/digest.ts";
import { author, check, compileWasm } from "../../src/index.ts";

const RULES = ["torch-2.13/adamw", "mxnet-1.9/lamb", "torch-2.13/adafactor", "mxnet-1.9/sgld"];
const SHAPES = { a: [300_001], b: [5], c: [300, 500], d: [0] };

/** Digests of what the weights are at last. */
export interface EngineOutcome {
  readonly [rule: string]: string;
}

/** A number that looks random. */
const drawn = (i: number): number => (((i + 1) * 2654435761) % 4294967296) / 4294967296 - 0.5;

/** Two steps in the calling thread and two that leave it free, for each rule. */
export async function tellSteps(threads: number): Promise<EngineOutcome> {
  const outcome: Record<string, string> = {};
  for (const rule of RULES) {
    const parameters = new Map(
      Object.entries(SHAPES).map(([key, shape]) => {
        const size = shape.reduce((product, side) => product * side, 1);
        return [key, { shape, data: Float32Array.from({ length: size }, (_, i) => drawn(i)) }] as const;
      }),
    );
    const optimizer = compileWasm(check(author({ optseal: 1, rule })), { threads }).attach(parameters);
    for (let step = 1; step <= 4; step++) {
      const gradients = new Map(
        [...parameters].map(([key, { data }]) => [key, data.map((_, i) => drawn(i * step) * 0.01)] as const),
      );
      if (step % 2 === 1) optimizer.step(gradients);
      else await optimizer.stepAsync(gradients);
    }
    optimizer.writeBack();
    await optimizer.close();
    const { buffer } = (parameters.get("a") as { data: Float32Array<ArrayBuffer> }).data;
    const rest = [...parameters].flatMap(([key, { data }]) => (key === "a" ? [] : [...data]));
    outcome[rule] =
      `${digest(new Uint8Array(buffer))} ${digest(new Uint8Array(Float32Array.from(rest).buffer))}`;
  }
  return outcome;
}
