/** run: a checked spec as WebAssembly, at work in as many threads as are asked for. */
import type { Checked } from "../../spec/gates.ts";
import type { OptimizerState } from "../../spec/optimizer-state.ts";
import type { Gradients } from "../asking.ts";
import type { CompiledRule, Parameters } from "../optimizer.ts";
import { Optimizer } from "../optimizer.ts";
import type { Key, Parameter } from "../parameters.ts";
import { entriesIn, keyText } from "../parameters.ts";
import type { Half, Numbers } from "../precision.ts";
import { HALVES } from "../precision.ts";
import { spawner } from "../threads/spawn.ts";
import { moduleOf } from "../wasm/cache.ts";
import type { ModuleOptions, WasmModule } from "../wasm/module.ts";
import type { Threads } from "./engine.ts";
import { WasmEngine } from "./engine.ts";

/** Makes the engine of a spec. */
type EngineFor = (checked: Checked) => WasmEngine;

/**
 * An optimizer whose weights are copied into its module's memory, where steps update them. The arrays that it was attached to
 * change with {@link writeBack} alone.
 */
export class WasmOptimizer extends Optimizer {
  readonly #engineFor: EngineFor;
  #engine: WasmEngine;

  /** @internal made by {@link WasmRule.attach} */
  constructor(
    checked: Checked,
    parameters: Parameters,
    state: OptimizerState | undefined,
    engineFor: EngineFor,
  ) {
    const engine = engineFor(checked);
    super(checked, parameters, state, engine);
    this.#engine = engine;
    this.#engineFor = engineFor;
  }

  /**
   * As {@link Optimizer.amend}. Weights are written back, and go on in the memory of another module: {@link weight} and
   * {@link gradient} are to be asked again; helper threads are started anew. Whatever is thrown, the optimizer goes on as before.
   * @throws RunError `memory` too: weights, gradients and state are there twice for a moment; `thread` as a step does
   */
  override amend(checked: Checked): void {
    const given = this.amended(checked);
    this.#engine.refuseMissing();
    this.writeBack();
    const next = new WasmOptimizer(checked, ...given, this.#engineFor);
    this.become(next);
    void this.#engine.close();
    this.#engine = next.#engine;
  }

  /** A parameter's weights as they are now: the memory itself, good until {@link amend}; `undefined` for an unknown key. */
  weight(key: Key): Numbers | undefined {
    return this.#engine.resident(keyText(key))?.weight;
  }

  /** Where a gradient may be written to be handed to a step, which then copies nothing; `undefined` for an unknown key. */
  gradient(key: Key): Float32Array | undefined {
    return this.#engine.resident(keyText(key))?.gradient;
  }

  /**
   * The same for a gradient with the bits of the weights' 16-bit type. `undefined` for other weights and for an unknown key, and
   * where gradients have to be widened before an update; a step takes them all the same.
   */
  shortGradient(key: Key): Uint16Array | undefined {
    return this.#engine.resident(keyText(key))?.shortGradient;
  }

  /**
   * The same step as {@link step}, which leaves the calling thread free: helpers work, or, where there are none, this thread
   * between other things. Until the promise is settled, weights and gradients are not to be touched.
   * @returns a promise that rejects with what `step` would have thrown
   */
  async stepAsync(gradients: Gradients): Promise<void> {
    for (const work of this.stepping(gradients)) await work.later();
  }

  /**
   * Gives the updated weights to the arrays that the optimizer was attached to.
   * @throws RunError if the buffer of one of them has been detached or resized; none is written to then
   */
  writeBack(): void {
    this.refuseBusy();
    this.#engine.writeBack();
  }

  /**
   * Ends the helper threads; later steps are made by the calling thread alone. A process does not wait for them, so that
   * programs that end anyway need not ask.
   * @returns a promise that rejects with a RunError while a step is under way
   */
  async close(): Promise<void> {
    this.refuseBusy();
    await this.#engine.close();
  }
}

/** A rule as a module: the bits are those of {@link CompiledRule} made by `compile`. */
export interface WasmRule extends CompiledRule, WasmModule {
  /** @throws RunError for parameters or a state that do not fit, or for more memory than there is */
  attach(parameters: Parameters, state?: OptimizerState): WasmOptimizer;
}

export interface WasmOptions {
  /** How many threads work on a step: 1 if absent. Hosts that cannot share memory among threads have one. */
  readonly threads?: number;
}

const MOST_THREADS = 1024;

/**
 * Compiles a checked spec to a module.
 * @throws TypeError for anything that `check` has not returned, and for a number of threads that is none
 */
export function compileWasm(checked: Checked, { threads: count = 1 }: WasmOptions = {}): WasmRule {
  if (!Number.isInteger(count) || count < 1 || count > MOST_THREADS) {
    throw new TypeError(`${count} is no number of threads: it is 1 to ${MOST_THREADS}`);
  }
  const spawn = count > 1 ? spawner() : undefined;
  const threads: Threads | undefined = spawn && { count, spawn };
  const options: ModuleOptions = threads === undefined ? {} : { shared: { most: 65536 } };
  const own = moduleOf(checked, options);
  const attach = (parameters: Parameters, state?: OptimizerState) => {
    const weights = halvesIn(parameters);
    const engineFor: EngineFor = (of) => {
      const isOwn = of === checked && weights.length === 0;
      const { description, module } = isOwn ? own : moduleOf(of, { ...options, weights });
      return new WasmEngine(of, module, description, threads);
    };
    return new WasmOptimizer(checked, parameters, state, engineFor);
  };
  return Object.freeze({ bytes: own.bytes, description: own.description, attach });
}

function halvesIn(parameters: Parameters): readonly Half[] {
  const dtypes = new Set([...entriesIn<Parameter>(parameters)].map(([, { dtype }]) => dtype));
  return HALVES.filter((half) => dtypes.has(half));
}
