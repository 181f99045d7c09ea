/** Conformance: what came of many cases, by rule, and as a table. */
import { SCHEDULE_LIMIT } from "./frameworks.mjs";

/** Whether a case is of a schedule. */
export const isSchedule = (one) => Array.isArray(one.at);

/**
 * The rule or schedule of a case: its built-in's name. A composition of schedules has none but its case's; MXNet's pickled cases name
 * a class, and their document the release.
 */
export function subjectOf({ framework, release }, one) {
  if (isSchedule(one)) return one.spec.schedule.name ?? `${framework}, ${one.name.replace(/ \d+$/, "")}`;
  if (one.spec !== undefined) return one.spec.rule;
  return `${framework}-${release.split(".").slice(0, 2).join(".")}/${one.optimizer}`;
}

/** How far a case is off, in the unit of its limit: the less of a schedule's two measures. */
export const distanceOf = ({ error, ulps, drift }) => error ?? Math.min(ulps, drift);

/** Whether a case is further off than its framework may be. */
export function isOver({ subject, outcome }, { limit, allow = {} }) {
  return distanceOf(outcome) > (allow[subject] ?? (outcome.ulps === undefined ? limit : SCHEDULE_LIMIT));
}

/** A row for each subject: cases, numbers compared, how many have the same bits, the largest distance. Sorted by name. */
export function summarize(measured) {
  const rows = new Map();
  for (const { subject, outcome } of measured) {
    const row = rows.get(subject) ?? { subject, cases: 0, elements: 0, equal: 0 };
    rows.set(subject, row);
    row.cases += 1;
    row.elements += outcome.elements ?? outcome.points;
    row.equal += outcome.equal;
    if (outcome.refused !== undefined) row.refused = (row.refused ?? 0) + 1;
    for (const unit of ["error", "ulps", "drift"].filter((name) => outcome[name] !== undefined)) {
      row[unit] = Math.max(row[unit] ?? 0, outcome[unit]);
    }
  }
  return [...rows.values()].sort((a, b) => (a.subject < b.subject ? -1 : 1));
}

/** A row's largest distance as text: `0`, `3.1e-7`, `1 ulp`, or for a schedule that is further off in small rates `0.4 ulp of the greatest`. */
export function distanceText({ error, ulps, drift, refused }) {
  if (refused !== undefined) return `${refused} refused`;
  if (error !== undefined) return error > 0 ? error.toExponential(1) : "0";
  if (ulps <= 1) return ulps > 0 ? "1 ulp" : "0";
  return `${drift.toPrecision(2)} ulp of the greatest`;
}

/** A share as text that says 100 % only of all. */
export function shareText(equal, elements) {
  if (equal === elements) return "100 %";
  return `${(Math.floor((10_000 * equal) / elements) / 100).toFixed(2)} %`;
}

/** Rows as lines of a table, with a head. */
export function tableLines(rows) {
  const cells = [
    ["rule", "cases", "largest error", "same bits"],
    ...rows.map((row) => [
      row.subject,
      String(row.cases),
      distanceText(row),
      shareText(row.equal, row.elements),
    ]),
  ];
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  return cells.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  "),
  );
}
