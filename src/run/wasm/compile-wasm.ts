/** run: a checked spec as WebAssembly, at work in the calling thread. */
import type { Checked } from "../../spec/gates.ts";
import type { OptimizerState } from "../../spec/optimizer-state.ts";
import type { CompiledRule, Parameters } from "../optimizer.ts";
import { Optimizer } from "../optimizer.ts";
import type { Key } from "../parameters.ts";
import { keyText } from "../parameters.ts";
import { WasmEngine } from "./host.ts";
import type { WasmModule } from "./module.ts";
import { writeModule } from "./module.ts";

/**
 * An optimizer whose weights are copied into its module's memory, where steps update them. The arrays that it was attached to
 * change with {@link writeBack} alone.
 */
export class WasmOptimizer extends Optimizer {
  readonly #engine: WasmEngine;

  /** @internal made by {@link WasmRule.attach} */
  constructor(
    checked: Checked,
    parameters: Parameters,
    state: OptimizerState | undefined,
    engine: WasmEngine,
  ) {
    super(checked, parameters, state, engine);
    this.#engine = engine;
  }

  /** A parameter's weights as they are now: the memory itself, good as long as this optimizer; `undefined` for an unknown key. */
  weight(key: Key): Float32Array | undefined {
    return this.#engine.weight(keyText(key));
  }

  /** Where a gradient may be written to be handed to `step`, which then copies nothing; `undefined` for an unknown key. */
  gradient(key: Key): Float32Array | undefined {
    return this.#engine.gradient(keyText(key));
  }

  /** Gives the updated weights to the arrays that the optimizer was attached to. */
  writeBack(): void {
    this.#engine.writeBack();
  }
}

/** A rule as a module: the bits are those of {@link CompiledRule} made by `compile`. */
export interface WasmRule extends CompiledRule, WasmModule {
  /** @throws RunError for parameters or a state that do not fit, or that one memory cannot hold */
  attach(parameters: Parameters, state?: OptimizerState): WasmOptimizer;
}

/** Compiles a checked spec to a module. @throws TypeError for anything that `check` has not returned. */
export function compileWasm(checked: Checked): WasmRule {
  const written = writeModule(checked);
  const module = new WebAssembly.Module(written.bytes);
  return Object.freeze({
    ...written,
    attach: (parameters: Parameters, state?: OptimizerState) =>
      new WasmOptimizer(checked, parameters, state, new WasmEngine(checked, module, written.description)),
  });
}
