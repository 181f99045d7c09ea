/**
 * A training worker: sends its optimizer, then pushes gradients and pulls weights. Arguments: PORT ENVELOPE RANK WORKERS
 * UPDATES. Prints one line of JSON for each update: its loss and the rate.
 */
import { readFileSync } from "node:fs";
import { lossAndGradients, readDigits } from "./model.mjs";

const [port, envelope, rank, workers, updates] = process.argv.slice(2);
const BATCH = 32;

async function call(method, path, body) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    ...(body === undefined ? {} : { body }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`the server refused: ${answer.stage} ${answer.code}: ${answer.message}`);
  return answer;
}

const floats = (base64) => new Float32Array(new Uint8Array(Buffer.from(base64, "base64")).buffer);
const base64 = (data) => Buffer.from(data.buffer).toString("base64");
const decoded = ({ weights }) =>
  Object.fromEntries(Object.entries(weights).map(([key, data]) => [key, floats(data)]));

await call("POST", "/optimizer", readFileSync(envelope));
// Workers share the data: each takes the images whose number leaves its rank.
const mine = readDigits().train.filter((_, i) => i % Number(workers) === Number(rank));
let weights = decoded(await call("GET", "/pull"));
for (let update = 0; update < Number(updates); update++) {
  const batch = Array.from({ length: BATCH }, (_, i) => mine[(update * BATCH + i) % mine.length]);
  const { loss, gradients } = lossAndGradients(weights, batch);
  const sent = Object.fromEntries(Object.entries(gradients).map(([key, data]) => [key, base64(data)]));
  const answer = await call("POST", "/push", JSON.stringify(sent));
  weights = decoded(answer);
  console.log(JSON.stringify({ update: answer.updates, loss, rate: answer.rate }));
}
