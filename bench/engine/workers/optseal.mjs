/** Both engines of optseal as workers: `node optseal.mjs THREADS wasm` or `... 1 reference`. */
import { author, check, compile, compileWasm, StageError } from "optseal";
import { RULES } from "../cases.mjs";
import { RATE, serve } from "./protocol.mjs";

const [, , threads, engine] = process.argv;

const checkedOf = ({ spec }) => {
  const rate = spec.rule.startsWith("optax") ? "learning_rate" : "lr";
  return check(author({ optseal: 1, ...spec, hyper: { [rate]: RATE, ...spec.hyper } }));
};

/** What every step is given: the places in the optimizer's own memory where it has one, so that nothing is copied. */
function gradientsOf(optimizer, tensors) {
  return new Map(
    tensors.map((tensor, i) => [i, tensor.gradients(engine === "wasm" ? optimizer.gradient(i) : undefined)]),
  );
}

const compiled = (checked) =>
  engine === "wasm" ? compileWasm(checked, { threads: Number(threads) }) : compile(checked);

function begin(name, tensors) {
  const parameters = new Map(
    tensors.map((tensor, i) => [i, { data: tensor.weights(), shape: tensor.shape }]),
  );
  let optimizer;
  try {
    optimizer = compiled(checkedOf(RULES[name])).attach(parameters);
  } catch (error) {
    if (error instanceof StageError) return error.message;
    throw error;
  }
  const gradients = gradientsOf(optimizer, tensors);
  return {
    step: () => optimizer.step(gradients),
    first: () => (engine === "wasm" ? optimizer.weight(0) : parameters.get(0).data),
    end: () => optimizer.close?.(),
  };
}

await serve(begin);
