/** Test help: a built-in rule by a crew, beside the reference engine. */
import { WasmOptimizer } from "../../../src/run/host/compile-wasm.ts";
import { WasmEngine } from "../../../src/run/host/engine.ts";
import type { Spawn } from "../../../src/run/threads/spawn.ts";
import { spawner } from "../../../src/run/threads/spawn.ts";
import { moduleOf } from "../../../src/run/wasm/cache.ts";
import { float32s, words } from "../wasm/random-program.ts";
import { shapesFor, withRandomHyper } from "../wasm/random-settings.ts";
import { firstDifference } from "../wasm/same.ts";

const SHAPES = { a: [2500], b: [3], c: [40, 129], d: [130, 33], e: [5, 4, 3], f: [0], g: [1, 2100] };
/** Even the smallest pass is shared. */
const MANNERS = { alone: 0, patience: 20_000 };

const spawn = spawner() as Spawn;

/** Where a rule with random settings has other bits by so many threads than by the reference engine, if anywhere. */
export function differenceByThreads(rule: string, seed: number, count: number): string | undefined {
  const word = words(seed);
  const given = {
    shapes: shapesFor(rule, SHAPES),
    steps: 2,
    weight: float32s(word, 1000),
    gradient: float32s(word, 1000),
  };
  return firstDifference(withRandomHyper(rule, seed), given, (checked, parameters) => {
    const { module, description } = moduleOf(checked, { shared: { most: 65_536 } });
    const engine = new WasmEngine(checked, module, description, { count, spawn, manners: MANNERS });
    return new WasmOptimizer(checked, parameters, undefined, () => engine);
  });
}
