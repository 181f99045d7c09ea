/** The results as docs/speed.md, and the README's part about speed. In: what run.mjs gives. Out: their texts. */
import { RULES } from "./cases.mjs";
import { LIMIT_COLUMNS, limitRows } from "./limits.mjs";
import { GROWTH, sizeText, TABLES, threadsText } from "./text.mjs";

const MARKS = ["<!-- speed: written by `node bench/engine.mjs --page` -->", "<!-- /speed -->"];
/** What the README shows: sizes at which peers of many threads and slow ones have been measured. */
const [MANY, FEW] = [16_000_000, 1_000_000];
const SUMMARY = {
  C: MANY,
  "torch fused": MANY,
  "torch foreach": MANY,
  optax: MANY,
  "TF.js": FEW,
  reference: FEW,
};

function table(columns, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const aligned = columns.map((_, i) => (i === 0 ? "---" : "--:"));
  const filled = rows.map((row) =>
    row.length === columns.length ? row : [...row, ...columns.slice(row.length).map(() => "")],
  );
  return [line(columns), line(aligned), ...filled.map(line)].join("\n");
}

function machineText({ processor, processors, node, gcc }) {
  const compiler = gcc === undefined ? "" : `, gcc ${gcc}`;
  return `${processor}, ${processors === 1 ? "one processor" : `${processors} processors`}; Node ${node}${compiler}`;
}

function sections(results) {
  const { records, threads } = results;
  const measured = Object.entries(TABLES).flatMap(([section, { title, columns, row }]) =>
    threads.flatMap((count) => {
      const rows = records.filter((one) => one.section === section && one.threads === count).map(row);
      return rows.length === 0 ? [] : [`## ${threadsText(count)}, ${title}\n\n${table(columns, rows)}`];
    }),
  );
  const growth = threads.flatMap((count) => {
    const rows = GROWTH.rows(records, count);
    return rows.length === 0
      ? []
      : [`## ${threadsText(count)}, ${GROWTH.title}\n\n${table(GROWTH.columns, rows)}`];
  });
  const limits = `## Limits\n\n${table(LIMIT_COLUMNS, limitRows(results))}`;
  return [limits, ...measured, ...growth];
}

/** docs/speed.md. */
export function pageText(results) {
  return `# How fast the WebAssembly engine is

![Ratios of times, and growth](speed.svg)

Measured by \`node bench/engine.mjs\`, which anyone can repeat, on: ${machineText(results.machine)}. *optseal* is the time of one update of
all parameters. All other columns are ratios, a peer's time over optseal's: above 1, optseal is faster. Subject and peers are processes
that take turns of some 20 milliseconds, the subject before and after each peer; a ratio is the median over the rounds of the peer's time
over the mean of its two neighbours. Times are those of the clock on the wall: threads have processor time of their own.

Each peer has the same weights and gradients, and its first three updates must move the weights as far as optseal's do.

| peer | what it is |
| --- | --- |
| C | a loop over each tensor, \`gcc -O3 -march=native -fno-math-errno\`, with OpenMP's threads; it may fuse operations and sum in any order, optseal may not |
| C 128-bit | the same with \`-mprefer-vector-width=128\`: WebAssembly's vectors have 128 bits |
| torch fused, foreach | PyTorch 2.13, \`fused=True\` and \`foreach=True\`, at the same number of threads |
| optax | each step compiled by \`jax.jit\`, its buffers donated, held to as many processors |
| TF.js | TensorFlow.js on its plain CPU backend, which has one thread |
| reference | optseal's other engine: plain loops, one thread |
| one tensor | optseal itself, with as many parameters in one tensor |

<!-- Written by \`node bench/engine.mjs --page\`. -->

${sections(results).join("\n\n")}
`;
}

/** One rule's ratios in the README: one thread, and all. */
function summaryRow(rule, { records, threads }) {
  const cells = Object.entries(SUMMARY).map(([name, size]) => {
    const ratios = threads.flatMap((count) => {
      const one = records.find(
        (record) =>
          record.section === "size" &&
          record.rule === rule &&
          record.size === size &&
          record.threads === count,
      );
      const ratio = one?.peers[name]?.ratio;
      return ratio === undefined ? [] : [ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(2)];
    });
    return ratios.join(" / ");
  });
  return [RULES[rule].title, ...cells];
}

function summary(results) {
  const { records, machine, threads } = results;
  const rules = Object.keys(RULES).filter((rule) => records.some((one) => one.rule === rule));
  const columns = ["", ...Object.entries(SUMMARY).map(([name, size]) => `${name}, ${sizeText(size)}`)];
  return `## Speed

![A peer's time over optseal's, by rule, size and threads](docs/speed.svg)

A peer's time over the WebAssembly engine's for one update, in the same run: above 1, optseal is faster. ${threads.map(threadsText).join(" / ")},
on: ${machineText(machine)}. [docs/speed.md](docs/speed.md) has all sizes, ResNet-50's and
BERT-base's tensors, growth, and how it was measured; \`npm run bench\` measures it anew.

${table(
  columns,
  rules.map((rule) => summaryRow(rule, results)),
)}`;
}

/** The README with its part about speed written anew. @throws Error where the README has no marks for it */
export function readmeText(readme, results) {
  const [from, to] = MARKS.map((mark) => readme.indexOf(mark));
  if (from < 0 || to < from) throw new Error(`the README has no part between ${MARKS.join(" and ")}`);
  return `${readme.slice(0, from + MARKS[0].length)}\n\n${summary(results)}\n\n${readme.slice(to)}`;
}
