/** TensorFlow.js on its plain CPU backend as a worker, which has one thread: `node tensorflow.mjs THREADS FOLDER`, where npm put it. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { RATE, serve } from "./protocol.mjs";

const [, , , folder] = process.argv;

const { warn } = console;
console.warn = () => {}; // Its first tensor advertises the native backend.
const tf = createRequire(join(folder, "package.json"))("@tensorflow/tfjs");
await tf.setBackend("cpu");
tf.scalar(0).dispose();
console.warn = warn;

const OPTIMIZERS = {
  sgd: () => tf.train.momentum(RATE, 0.9),
  adam: () => tf.train.adam(RATE, 0.9, 0.999, 1e-8),
  rmsprop: () => tf.train.rmsprop(RATE, 0.99, 0, 1e-8),
};

function begin(rule, tensors) {
  if (OPTIMIZERS[rule] === undefined) return `TensorFlow.js has no ${rule}`;
  const optimizer = OPTIMIZERS[rule]();
  const variables = tensors.map(({ shape, weights }) => tf.variable(tf.tensor(weights(), shape)));
  const gradients = Object.fromEntries(
    tensors.map(({ shape, gradients }, i) => [variables[i].name, tf.tensor(gradients(), shape)]),
  );
  return {
    step: () => tf.tidy(() => optimizer.applyGradients(gradients)),
    first: () => variables[0].dataSync(),
    end() {
      optimizer.dispose();
      tf.disposeVariables();
      for (const gradient of Object.values(gradients)) gradient.dispose();
    },
  };
}

await serve(begin);
