/** chart: what a curve does, in one sentence, and the points that the sentence names. In: its samples. Out: text and points. Imports nothing but its own folder. */
import { behindLeap, corner } from "./exact.ts";
import type { Phase } from "./phases.ts";
import { phasesOf } from "./phases.ts";
import type { Samples } from "./samples.ts";
import type { Point } from "./scale.ts";
import { valueText } from "./scale.ts";

export interface Landmarks {
  /** `begins at 0.004, rises to 0.1 (update 301), falls to 4e-7 (1001), holds until 1250` */
  readonly text: string;
  readonly points: readonly Point[];
}

interface Event {
  readonly verb: string;
  readonly point: Point;
  /** Stands between the verb and the point, where no value is told. */
  readonly until?: "until" | "from";
}

/** Changes that a sentence has room for, and changes that are worth a mark. */
const TOLD = 6;
const MARKED = 40;

/** What comes of a phase, by its way; `undefined` where the next phase says enough. */
function eventOf(samples: Samples, { way, from, to }: Phase, next: Phase | undefined): Event | undefined {
  const { values, x } = samples;
  if (way === "ends") return { verb: "has no finite value", point: behindLeap(samples, from), until: "from" };
  if (way === "leaps") {
    const before = values[from] as number;
    const verb = !Number.isFinite(before)
      ? "is back at"
      : before < (values[to] as number)
        ? "jumps to"
        : "drops to";
    return { verb, point: behindLeap(samples, from) };
  }
  const leaves = next?.way === "leaps" || next?.way === "ends";
  if (way === "holds" && leaves) return undefined;
  const last = leaves ? behindLeap(samples, to)[0] - 1 : 0;
  const point: Point = leaves && last !== x(to) ? [last, samples.at(last)] : corner(samples, to);
  if (way !== "holds") return { verb: `${way} to`, point };
  return { verb: "holds", point, until: "until" };
}

/** `rises to 0.1 (update 301)`; what goes on in the same way is told without its verb, and the axis is named once. */
function eventText({ verb, point: [x, y], until }: Event, before: Event | undefined, xLabel: string): string {
  const place = before === undefined ? `${xLabel} ${x}` : String(x);
  if (until !== undefined) return `${verb} ${until} ${place}`;
  return `${verb === before?.verb ? "" : `${verb} `}${valueText(y)} (${place})`;
}

/** Words for a place where the values are none that a rate may have. */
function warnings({ values, x }: Samples, xLabel: string): readonly string[] {
  const below = values.findIndex((value) => value < 0);
  return below < 0 ? [] : [`below zero from ${xLabel} ${x(below)}`];
}

/** @param xLabel what the points count */
export function landmarksOf(samples: Samples, xLabel: string): Landmarks {
  const { values, x } = samples;
  const phases = phasesOf(samples);
  const first = phases[0];
  if (first === undefined) return { text: "no finite value anywhere", points: [] };
  const begin: Point = [x(first.from), values[first.from] as number];
  const last = values.findLastIndex(Number.isFinite);
  const end: Point = [x(last), values[last] as number];
  const isWhole = phases.length === 1 && first.way === "holds" && first.from === 0;
  const start = isWhole
    ? `${valueText(begin[1])} throughout`
    : first.from === 0
      ? `begins at ${valueText(begin[1])}`
      : `has no finite value before ${xLabel} ${begin[0]}, is ${valueText(begin[1])} there`;
  const marked = phases.length > MARKED ? phases.slice(0, TOLD) : phases;
  const events = isWhole ? [] : marked.flatMap((phase, i) => eventOf(samples, phase, phases[i + 1]) ?? []);
  const isLong = events.length > TOLD || marked !== phases;
  const told = (isLong ? events.slice(0, TOLD - 1) : events).map((event, i) =>
    eventText(event, events[i - 1], xLabel),
  );
  const rest = isLong ? ["and so on", `last ${valueText(end[1])} (${end[0]})`] : [];
  const points = [begin, ...(marked === phases ? events.map(({ point }) => point) : []), end];
  return {
    text: [start, ...told, ...rest, ...warnings(samples, xLabel)].join(", "),
    points: points.filter((point) => Number.isFinite(point[1])),
  };
}
