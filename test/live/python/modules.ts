/** live: the modules that the tests of the Python package run, each made for one thing that it is to show. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { author } from "../../../src/author/author.ts";
import { check } from "../../../src/check/check.ts";
import { writeModule } from "../../../src/run/wasm/module.ts";
import { checkedGate } from "../../../src/spec/gates.ts";

const PLAIN = "rule plain\nhyper lr = 1 scheduled\nupdate weight = weight - lr * grad\n";
const HALVING = "schedule halving\nstate now = base * 2\nstep now = now / 2\n  rate = now\n";
const COUNTING = `rule counting
hyper  lr = 1 scheduled
state  all: shared = 10   mine: scalar = 0   row: row = 2   kept = weight
step   all = all + 1
       mine = mine + all
update row = row + 1
       weight = weight - lr * grad
`;
const SUMMED = `rule summed
hyper  lr = 1 scheduled
update n = total(sum(grad))
       weight = weight - lr * n
`;
const WAITING = `rule waiting
hyper  lr = 1 scheduled
state  all: shared = 0   heard: scalar = 0
step   all = all + 1
       heard = steps
update n = total(sum(grad))
       stop when n > 10
       weight = weight - lr * all
`;
const GUARDED = `rule guarded
hyper  lr = 1 scheduled   momentum = 0
state  m = 0 when momentum != 0
update m = momentum * m + grad when momentum != 0
       weight = weight - lr * grad
`;

const SPECS: Readonly<Record<string, object>> = {
  adam: { rule: "torch-2.13/adam", hyper: { lr: 0.5 } },
  counting: { rule: COUNTING },
  "counting-slower": { rule: COUNTING, hyper: { lr: 0.25 } },
  guarded: { rule: GUARDED, hyper: { lr: 1, momentum: 0.5 } },
  "guarded-other": { rule: GUARDED },
  "halving-faster": { rule: PLAIN, hyper: { lr: 16 }, schedule: { rule: HALVING, every: 2 } },
  halving: { rule: PLAIN, hyper: { lr: 8 }, schedule: { rule: HALVING, every: 2 } },
  plain: { rule: PLAIN },
  square: { rule: `${PLAIN.replace("update", "needs rows == cols\nupdate")}` },
  summed: { rule: SUMMED },
  waiting: { rule: WAITING },
  far: { rule: PLAIN, schedule: { rule: "schedule far\nstep rate = t\n" }, resume: { begin: 2 ** 52 } },
  resumed: {
    rule: PLAIN,
    schedule: { rule: HALVING },
    resume: { begin: 4, counts: { w: 5 }, updates: 6, schedule: { now: 64 } },
  },
  grouped: {
    rule: PLAIN,
    schedule: { rule: HALVING },
    groups: [
      { match: { prefix: ["bias."] }, hyper: { lr: 10 } },
      { match: { suffix: [".norm"], index: [3] }, hyper: { lr: 100 } },
      { match: { name: ["4"] }, hyper: { lr: 1000 } },
    ],
  },
};

/** Writes each as `NAME.wasm`, and two that a host is not to take. */
export function writeModules(folder: string): void {
  const write = (name: string, bytes: Uint8Array) => writeFileSync(join(folder, `${name}.wasm`), bytes);
  const checked = (name: string) => check(author({ optseal: 1, ...SPECS[name] }));
  for (const name of Object.keys(SPECS)) write(name, writeModule(checked(name)).bytes);
  const { spec, program } = checked("halving");
  write("bounded", writeModule(checkedGate.pass({ spec, program, rateBound: { min: 4 } })).bytes);
  write("shared", writeModule(checked("plain"), { shared: { most: 16 } }).bytes);
  const later = Buffer.from(writeModule(checked("plain")).bytes).toString("latin1");
  write("later", Buffer.from(later.replace('"abi":1', '"abi":2'), "latin1"));
}
