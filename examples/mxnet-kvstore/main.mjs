/**
 * MXNet's parameter servers without pickles: two workers and two servers train with an optimizer that no server has a class
 * of; a hostile worker's pickle is refused, the rate is halved on the way, a server is killed and the job resumed. Writes
 * mxnet-kvstore-out/.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lineChart } from "optseal/chart";
import { mxnetWithPackage } from "../../conformance/python-package.mjs";
import { startCluster } from "./cluster.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const CLI = here("../../dist/bin/optseal.js");
const OUT = here("../../mxnet-kvstore-out");
const [JOB, AUDIENCE] = ["digits", "ps"];
const CLAIMS = `--job ${JOB} --audience ${AUDIENCE} --form json --expires 1d`;
const [UPDATES, HOSTILE, HALVED, SAVED, KILLED] = [200, 40, 100, 140, 160];
const MARKER = "the-pickle-was-executed";

const say = (text = "") => console.log(text);
const indent = (text) => text.trimEnd().replace(/^/gm, "    ");

/** Runs a command of optseal in the output folder, and shows it. */
function optseal(line, { shows = false } = {}) {
  say(`  $ optseal ${line}`);
  const options = { cwd: OUT, encoding: "utf8" };
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...line.split(" ")], options);
  if (status !== 0) throw new Error(`optseal ${line}: exit code ${status}\n${stderr}`);
  if (shows) say(indent(stdout));
}

/** A pickle that makes a folder as soon as it is read: protocol 0, which is text. */
const pickleOf = (path) => `cos\nmkdir\n(V${path}\ntR.`;

const must = (holds, what) => {
  if (!holds) throw new Error(what);
};

const TOLD = {
  refused: ({ stage, code }) => `refused by ${stage}: ${code}`,
  saved: ({ sequence }) => `saved by order ${sequence}`,
  sent: () => "sent as MXNet's workers send theirs",
};
/** What became of a thing that was sent, as people read it. */
const toldOf = (told) =>
  `${told.sent}: ${TOLD[told.status]?.(told) ?? `in force, sequence ${told.sequence}`}`;

/** What the workers are to do, told to each in one file. */
function planned(name, { envelopes, first = 0, deeds = [] }) {
  const plan = {
    optimizer: envelopes,
    digits: here("../demo/data/digits.csv.gz"),
    first,
    updates: UPDATES,
    deeds,
  };
  const path = join(OUT, name);
  writeFileSync(path, JSON.stringify(plan));
  return path;
}

const serverWords = (folder) => (i) => [
  ...["-m", "optseal.mxnet.server", "--job", JOB, "--audience", AUDIENCE],
  ...["--trust", join(OUT, "trust.json"), "--store", join(folder, "accepted")],
  ...["--checkpoints", join(folder, "checkpoints"), "--key", join(OUT, `host${i}.key`)],
];

/**
 * Trains until the end, or until a server is killed before update `killed`.
 * @returns the mean loss of each update, and what worker 0 told at the end
 */
async function train(mxnet, folder, plan, { killed } = {}) {
  mkdirSync(folder, { recursive: true });
  const losses = [];
  let last;
  const cluster = await startCluster(mxnet, {
    folder,
    plan,
    serverWords: serverWords(folder),
    hear(told) {
      const { worker } = told;
      if (told.sent !== undefined && (worker === 0 || told.status in TOLD))
        say(`  worker ${worker}  ${toldOf(told)}`);
      if (worker !== 0) return;
      if (told.update !== undefined) losses.push([told.update, told.loss]);
      if (told.update % 50 === 0) say(`  update ${told.update}  loss ${told.loss.toFixed(2)}`);
      if (killed !== undefined && told.update === killed) {
        say(`  update ${told.update}  server 0 is killed`);
        cluster.kill(0);
        stop();
      }
      if (told.accuracy !== undefined) last = told;
    },
  });
  let stop;
  const stopped = new Promise((resolve) => {
    stop = resolve;
  });
  try {
    await Promise.race([cluster.ended, stopped]);
  } finally {
    await cluster.stop();
  }
  return { losses, last };
}

say("\n1  A Python with MXNet 1.9.1 and this package, in the user's cache folder.");
const mxnet = mxnetWithPackage("1.9");
rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT);
copyFileSync(here("optimizer.yaml"), join(OUT, "optimizer.yaml"));

say("\n2  Keys; who may send what; and what the trainer will send.");
for (const name of ["root", "alice", "host0", "host1"]) optseal(`keygen ${name}`);
optseal(
  "trust init --root root.key --signer alice.pub --custom --amend lr=4 --checkpointer alice.pub --server host0.pub host1.pub -o trust.json",
);
optseal("check optimizer.yaml", { shows: true });
optseal(`sign optimizer.yaml --key alice.key ${CLAIMS} --sequence 1 -o optimizer.json`);
optseal("amend optimizer.json --set lr=0.0025 --key alice.key --form json --sequence 2 -o halved.json");
optseal("checkpoint halved.json --base optimizer.json --key alice.key --form json --sequence 1 -o save.json");
writeFileSync(join(OUT, "optimizer.pkl"), pickleOf(join(OUT, MARKER)));

say("\n3  Two workers and two servers. Half-way the rate is halved, and the momentum kept.");
const halving = [HALVED, 0, "send", "halved.json"];
const envelopes = ["optimizer.json"];
const calm = await train(
  mxnet,
  join(OUT, "calm"),
  planned("calm.plan.json", { envelopes, deeds: [halving] }),
);
const right = (100 * calm.last.accuracy).toFixed(0);
say(`  ${right} % of the digits that were not trained on are right`);

say("\n4  The same once more: worker 1 is hostile, the state is saved, and then a server dies.");
const deeds = [
  [HOSTILE, 1, "pickle", "optimizer.pkl"],
  [HOSTILE, 1, "no envelope", "optimizer.pkl"],
  halving,
  [SAVED, 0, "save", "save.json"],
];
const rough = join(OUT, "rough");
const before = await train(mxnet, rough, planned("rough.plan.json", { envelopes, deeds }), {
  killed: KILLED,
});
must(!existsSync(join(OUT, MARKER)), "the pickle was executed");
say("  the pickle was not executed: there is no marker");

say(`\n5  All is started anew, and goes on from the checkpoint of update ${SAVED}.`);
const resumed = planned("resumed.plan.json", { envelopes: ["optimizer.json", "halved.json"], first: SAVED });
const after = await train(mxnet, rough, resumed);
must(after.last.bits === calm.last.bits, "the weights are not those of the calm run");
say("  the weights have the bits of the calm run");

const points = [...before.losses.filter(([update]) => update <= SAVED), ...after.losses];
const series = [
  { name: "calm", points: calm.losses },
  { name: "attacked, killed, resumed", points },
];
const chart = { title: "Two MXNet servers without pickles", xLabel: "update", yLabel: "loss", series };
writeFileSync(join(OUT, "loss.svg"), lineChart(chart));
say("\n  wrote mxnet-kvstore-out/loss.svg");
