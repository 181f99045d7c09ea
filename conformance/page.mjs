/** Conformance: the text of docs/conformance.md, from rows of results and the table of differences. */
import { DIFFERENCES } from "./differences.mjs";
import { FRAMEWORKS, SCHEDULE_LIMIT } from "./frameworks.mjs";
import { distanceText, shareText } from "./summary.mjs";

const HEAD = `# How near the built-ins are to the real frameworks

Every built-in rule and schedule runs beside the class or function it is named after. *Committed* cases are in \`test/golden/\`: made by
the real framework from a fixed seed, replayed by every \`npm test\`. *Fresh* ones were drawn from a new seed by
\`npm run conformance\`, which anyone can repeat ([conformance/](../conformance/README.md) says how).

A rule's error is relative to the movement: max(|a - b| - n ulp(b)) / max |b - w0|, where a is optseal's weight and b the framework's
after a parameter's n updates, and w0 the weight before. 0 says that nothing is further off than the weight's own rounding; *same bits* is
the share of weights that are equal to the last bit. A schedule runs through 10,000 updates; its error is in units in the last place of
the format that the framework computes in, of each rate, or where rates near 0 are further off, of the greatest rate.

<!-- Written by \`node conformance/write-docs.mjs\`; edit conformance/differences.mjs, or record another run. -->
`;

const escaped = (text) => text.replaceAll("|", "\\|");

/** Lines of a table in Markdown; all columns but the first to the right where `numbers` is set. */
function table(head, rows, numbers) {
  const rule = head.map((_, i) => (numbers && i > 0 ? "--:" : "---"));
  return [head, rule, ...rows.map((row) => row.map(escaped))].map((row) => `| ${row.join(" | ")} |`);
}

const cellsOf = (row) =>
  row === undefined
    ? ["", "", ""]
    : [String(row.cases), distanceText(row), shareText(row.equal, row.elements)];

const nameText = (subject, settings) => `\`${subject}\`${settings === undefined ? "" : `, ${settings}`}`;

/** One line for each subject and each surroundings that it was run in. */
function resultRows(golden, fresh) {
  const keys = new Map(
    [...golden, ...fresh].map(({ subject, settings }) => [
      `${subject} ${settings ?? ""}`,
      { subject, settings },
    ]),
  );
  const same = (one) => (row) => row.subject === one.subject && row.settings === one.settings;
  return [...keys.keys()].sort().map((key) => {
    const one = keys.get(key);
    const { subject, settings } = one;
    return [
      nameText(subject, settings),
      ...cellsOf(golden.find(same(one))),
      ...cellsOf(fresh.find(same(one))),
    ];
  });
}

/** `1.9.1` or `1.9.1 and 2.0.0b1`: all the releases that ran. */
function releasesText(rows) {
  const all = [...new Set(rows.map(({ release }) => release))].sort();
  return all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
}

const COLUMNS = ["", "committed", "largest error", "same bits", "fresh", "largest error", "same bits"];

/** What the limits of a framework are, in words. */
function limitsText({ limit, script, schedules, allow = {} }) {
  const limits = [
    ...(script === undefined ? [] : [`${limit.toExponential()} for rules`]),
    ...(schedules === undefined ? [] : [`${SCHEDULE_LIMIT} ulp for schedules`]),
    ...Object.entries(allow).map(
      ([name, own]) => `${own >= 1 ? `${own} ulp` : own.toExponential()} for \`${name}\``,
    ),
  ];
  return `Limits: ${limits.join(", ")}.`;
}

function section(name, framework, golden, fresh) {
  const { title, settings = {} } = framework;
  const differences = DIFFERENCES[name] ?? [];
  const also = Object.entries(settings).map(([word, about]) => `*${word}*: ${about}.`);
  return [
    ...[
      "",
      `## ${title} ${releasesText([...golden, ...fresh])}`,
      "",
      [limitsText(framework), ...also].join(" "),
      "",
    ],
    ...table(COLUMNS, resultRows(golden, fresh), true),
    ...(differences.length === 0 ? [] : ["", "Known differences:", ""]),
    ...(differences.length === 0
      ? []
      : table(
          ["rule", "what", "how far", "cause"],
          differences.map(({ rule, what, far, cause }) => [rule, what, far, cause]),
          false,
        )),
  ];
}

/**
 * @param golden rows of the committed cases, as `summarize` gives them, each with its framework and release
 * @param fresh rows of results.json
 */
export function pageText(golden, fresh) {
  const lines = Object.entries(FRAMEWORKS).flatMap(([name, framework]) => {
    const of = (rows) => rows.filter((row) => row.framework === name);
    const [committed, drawn] = [of(golden), of(fresh)];
    return committed.length + drawn.length === 0 ? [] : section(name, framework, committed, drawn);
  });
  return `${HEAD}${lines.join("\n")}\n`;
}
