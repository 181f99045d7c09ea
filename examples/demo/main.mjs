/**
 * The demo: a pickled optimizer of the real MXNet becomes a signed document, travels to a parameter server over the
 * loopback address, and trains a small model with two workers; three attacks are refused; then a custom optimizer, of
 * which no server has heard, does the same. Writes demo-out/.
 */
import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { lineChart } from "optseal/chart";
import { accuracy, readDigits } from "./model.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const CLI = here("../../dist/bin/optseal.js");
const OUT = here("../../demo-out");
const PICKLES = here("../../test/fixtures/mxnet-1.9");
const UPDATES = 300;
const WORKERS = 2;
const [JOB, AUDIENCE] = ["digits", "demo-server"];
const loud = process.stdout.isTTY === true;

const bold = (text) => (loud ? `\x1b[1m${text}\x1b[0m` : text);
const say = (text = "") => console.log(text);
const indent = (text) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n");

/** Runs a command of optseal in the output folder, as a person would, and shows it. */
function optseal(line, { expect = 0, quiet = false } = {}) {
  say(`  $ optseal ${line}`);
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...line.split(" ")], {
    cwd: OUT,
    encoding: "utf8",
  });
  if (!quiet && `${stdout}${stderr}`.trim() !== "") say(indent(`${stdout}${stderr}`));
  if (status !== expect)
    throw new Error(`optseal ${line}: exit code ${status}, expected ${expect}\n${stderr}`);
  if (status !== 0) say(`    (exit code ${status})`);
}

/** A server process; resolves to its port. */
async function startServer(store) {
  const args = [here("server.mjs"), `${OUT}/trust.json`, `${OUT}/${store}`, JOB, AUDIENCE, String(WORKERS)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const [port] = await once(createInterface({ input: child.stdout }), "line", child);
  return { port, stop: () => child.kill() };
}

function once(emitter, event, child) {
  return new Promise((resolve, reject) => {
    emitter.once(event, (...values) => resolve(values));
    child.once("exit", (code) => reject(new Error(`the process ended with code ${code}`)));
  });
}

function progressBar(done, loss) {
  const width = 40;
  const filled = Math.round((done / UPDATES) * width);
  const bar = `  [${"#".repeat(filled)}${".".repeat(width - filled)}] ${String(done).padStart(3)}/${UPDATES}  loss ${loss.toFixed(4)}`;
  if (loud) process.stdout.write(`\r${bar}${done === UPDATES ? "\n" : ""}`);
  else if (done % (UPDATES / 5) === 0) say(bar);
}

/** Two worker processes until all updates are made; the mean loss and the rate of each update. */
async function train(port, envelope) {
  const losses = Array.from({ length: UPDATES }, () => []);
  const rates = [];
  const children = Array.from({ length: WORKERS }, (_, rank) => {
    const args = [here("worker.mjs"), port, `${OUT}/${envelope}`, rank, WORKERS, UPDATES].map(String);
    return spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  });
  const ends = children.map((child) => new Promise((resolve) => child.once("exit", resolve)));
  for (const child of children) {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const { update, loss, rate } = JSON.parse(line);
      losses[update - 1].push(loss);
      rates[update - 1] = rate;
      if (losses[update - 1].length === WORKERS) progressBar(update, mean(losses[update - 1]));
    });
  }
  for (const code of await Promise.all(ends)) if (code !== 0) throw new Error("a worker failed");
  return { losses: losses.map(mean), rates };
}

const mean = (numbers) => numbers.reduce((a, b) => a + b, 0) / numbers.length;

async function pulledWeights(port) {
  const { weights } = await (await fetch(`http://127.0.0.1:${port}/pull`)).json();
  return Object.fromEntries(
    Object.entries(weights).map(([key, data]) => [
      key,
      new Float32Array(new Uint8Array(Buffer.from(data, "base64")).buffer),
    ]),
  );
}

/** Sends bytes as the optimizer; the server has to refuse them, by this stage and code. */
async function mustRefuse(port, body, what, stage, code) {
  const response = await fetch(`http://127.0.0.1:${port}/optimizer`, { method: "POST", body });
  const answer = await response.json();
  if (response.status !== 403 || answer.stage !== stage || (code !== undefined && answer.code !== code)) {
    throw new Error(`${what} was not refused as expected: ${response.status} ${JSON.stringify(answer)}`);
  }
  say(`  ${what}\n    refused by ${answer.stage}: ${answer.code}: ${answer.message}`);
}

function mustHaveFallen(losses, what) {
  const [first, last] = [mean(losses.slice(0, 10)), mean(losses.slice(-10))];
  if (!(last < first / 3)) throw new Error(`the loss did not fall: ${first} to ${last} (${what})`);
  return `loss ${first.toFixed(3)} -> ${last.toFixed(3)}`;
}

function chart(file, title, yLabel, runs) {
  const series = runs.map(({ name, values }) => ({ name, points: values.map((value, i) => [i + 1, value]) }));
  writeFileSync(`${OUT}/${file}`, lineChart({ title, xLabel: "update", yLabel, series }));
  say(`  wrote demo-out/${file}`);
}

const started = performance.now();
rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
copyFileSync(`${PICKLES}/sgd-cosine-digits.pkl`, `${OUT}/optimizer.pkl`);
copyFileSync(`${PICKLES}/hostile-marker.pkl`, `${OUT}/hostile.pkl`);
copyFileSync(here("lion.yaml"), `${OUT}/lion.yaml`);

say(bold("\n1  A pickle that MXNet 1.9.1 made becomes a spec. Nothing in it is executed."));
optseal("convert optimizer.pkl -o spec.yaml");
say(indent(readFileSync(`${OUT}/spec.yaml`, "utf8")));

say(bold("\n2  Keys, and a trust document that says who may send what."));
optseal("keygen root", { quiet: true });
optseal("keygen alice", { quiet: true });
optseal("trust init --root root.key --signer alice.pub --custom -o trust.json", { quiet: true });

say(bold("\n3  The spec is checked and signed."));
optseal("check spec.yaml");
const sign = (spec, sequence, envelope) =>
  optseal(
    `sign ${spec} --key alice.key --job ${JOB} --audience ${AUDIENCE} --sequence ${sequence} --expires 1d -o ${envelope}`,
    { quiet: true },
  );
sign("spec.yaml", 1, "older.json");
sign("spec.yaml", 2, "optimizer.json");

say(bold(`\n4  A server and ${WORKERS} workers on 127.0.0.1 train on handwritten digits.`));
const server = await startServer("accepted");
let custom;
try {
  const { port } = server;
  const sgd = await train(port, "optimizer.json");
  const { test } = readDigits();
  say(
    `  ${mustHaveFallen(sgd.losses, "SGD")}, ${(100 * accuracy(await pulledWeights(port), test)).toFixed(1)} % of ${test.length} unseen digits right`,
  );

  say(bold("\n5  Three attacks."));
  optseal("scan hostile.pkl", { expect: 16 });
  await mustRefuse(
    port,
    readFileSync(`${OUT}/hostile.pkl`),
    "a hostile pickle, sent as MXNet's workers send theirs",
    "envelope",
  );
  const tampered = readFileSync(`${OUT}/optimizer.json`);
  const at = tampered.indexOf('"payload":"') + 60;
  tampered[at] = tampered[at] === 0x41 ? 0x42 : 0x41;
  await mustRefuse(
    port,
    tampered,
    "the signed envelope with one character of its payload changed",
    "envelope",
    "bad-signature",
  );
  await mustRefuse(
    port,
    readFileSync(`${OUT}/older.json`),
    "an older statement, rightly signed, sent again",
    "trust",
    "replay",
  );

  say(bold("\n6  A custom optimizer. The server has never heard of it; its rule is in the document."));
  say(indent(readFileSync(`${OUT}/lion.yaml`, "utf8")));
  sign("lion.yaml", 3, "lion.json");
  const lion = await train(port, "lion.json");
  say(
    `  ${mustHaveFallen(lion.losses, "Lion")}, ${(100 * accuracy(await pulledWeights(port), test)).toFixed(1)} % of ${test.length} unseen digits right`,
  );
  custom = { sgd, lion };
} finally {
  server.stop();
}

say(bold("\n7  Curves."));
chart("loss.svg", "Training loss on handwritten digits", "loss", [
  { name: "SGD, from a pickle", values: custom.sgd.losses },
  { name: "Lion, custom", values: custom.lion.losses },
]);
chart("rate.svg", "Learning rate, cosine schedule with warm-up", "learning rate", [
  { name: "SGD", values: custom.sgd.rates },
]);
const sizes = ["optimizer.pkl", "optimizer.json", "lion.json"].map(
  (file) => `${file} ${statSync(`${OUT}/${file}`).size}`,
);
say(`\n  bytes: ${sizes.join(", ")}`);
say(`  ${((performance.now() - started) / 1000).toFixed(1)} seconds`);
