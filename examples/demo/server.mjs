/**
 * A parameter server on the loopback address. It knows a trust document, a job and its own name; the optimizer comes from
 * the workers, as a signed envelope. Arguments: TRUST STORE-FOLDER JOB AUDIENCE WORKERS. Prints its port.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { compile, open, readTrust, StageError } from "optseal";
import { folderStore } from "optseal/node";
import { freshWeights, SHAPES } from "./model.mjs";

const [trustFile, storeFolder, job, audience, workers] = process.argv.slice(2);
const gates = {
  trust: await readTrust(readFileSync(trustFile)),
  store: await folderStore(storeFolder),
  job,
  audience,
};

/** The optimizer in force, its parameters, and the gradients of the round that is being gathered. */
let optimizer;
let weights = freshWeights();
let gathered = [];

/** Takes an optimizer through every gate; the same statement again changes nothing. */
async function setOptimizer(body) {
  const { admitted, checked } = await open(body, gates);
  if (admitted.status === "new" || optimizer === undefined) {
    weights = freshWeights();
    const parameters = Object.entries(weights).map(([key, data]) => [
      Number(key),
      { data, shape: SHAPES[key] },
    ]);
    optimizer = compile(checked).attach(new Map(parameters));
    gathered = [];
  }
  return { status: admitted.status, owners: admitted.owners };
}

const floats = (base64) => new Float32Array(new Uint8Array(Buffer.from(base64, "base64")).buffer);
const base64 = (data) => Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64");

/** As MXNet's dist_sync: when every worker has pushed, the sum of their gradients makes one update. */
function push(body) {
  const gradients = JSON.parse(body.toString("utf8"));
  return new Promise((answer) => {
    gathered.push({ gradients, answer });
    if (gathered.length < Number(workers)) return;
    const round = gathered;
    gathered = [];
    const sums = new Map();
    for (const key of Object.keys(weights)) {
      const [first, ...rest] = round.map((worker) => floats(worker.gradients[key]));
      for (const other of rest)
        other.forEach((g, i) => {
          first[i] += g;
        });
      sums.set(Number(key), first);
    }
    optimizer.step(sums);
    for (const worker of round) worker.answer(pull());
  });
}

function pull() {
  const entries = Object.entries(weights).map(([key, data]) => [key, base64(data)]);
  return {
    weights: Object.fromEntries(entries),
    updates: optimizer?.updates ?? 0,
    rate: optimizer?.rate,
  };
}

const ROUTES = new Map([
  ["POST /optimizer", setOptimizer],
  ["POST /push", push],
  ["GET /pull", pull],
]);

async function answer(request, response) {
  const route = ROUTES.get(`${request.method} ${request.url}`);
  try {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const result = route === undefined ? undefined : await route(Buffer.concat(chunks));
    response.writeHead(result === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(result ?? {}));
  } catch (error) {
    // The sender is told what was refused and by which stage: MXNet's own protocol says that all is well.
    const refused = error instanceof StageError;
    response.writeHead(refused ? 403 : 500, { "content-type": "application/json" });
    response.end(JSON.stringify({ stage: error.stage, code: error.code, message: error.message }));
    if (!refused) console.error(error);
  }
}

const server = createServer(answer);
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
