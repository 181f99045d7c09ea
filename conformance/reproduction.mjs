/**
 * Conformance: a disagreement, cut down to what shows it: the steps up to the first that differs, and of these one element where
 * optseal comes to the same weight with it alone, else the one parameter it is in.
 */
import { hexFloat } from "./hex-float.mjs";

const PLACES32 = new Int32Array(1);
const VALUES32 = new Float32Array(PLACES32.buffer);

/** Where a binary32 stands among all of them in order. */
function place32(x) {
  VALUES32[0] = x;
  return PLACES32[0] < 0 ? -(PLACES32[0] & 0x7fff_ffff) : PLACES32[0];
}

/** How far apart two binary32 numbers are, as text. */
const apart = (a, b) => (Number.isNaN(a - b) ? "" : ` (${Math.abs(place32(a) - place32(b))} ulp)`);

const floats = (base64) => new Float32Array(new Uint8Array(Buffer.from(base64, "base64")).buffer);
const list = (numbers) => [...numbers].map(hexFloat).join(" ");

/** What was asked for: the spec, or MXNet's own words. */
function setupLines(one) {
  if (one.spec !== undefined) return [`spec       ${JSON.stringify(one.spec)}`];
  const scheduler = one.scheduler === null ? "" : `, ${one.scheduler}(${one.scheduler_kwargs})`;
  return [`made by    ${one.optimizer}(${one.kwargs})${scheduler}`];
}

/** The whole parameter of a disagreement, for rules whose elements depend on each other. */
function parameterLines(one, { step, key }) {
  const { shape, before, w0 } = one.params.find((param) => String(param.key) === key);
  const steps = one.steps ?? one.updates.map(([updated, gradient]) => ({ [updated]: gradient }));
  const gradients = steps
    .slice(0, step)
    .map(
      ({ [key]: gradient }, i) =>
        `gradient ${i + 1} ${gradient === undefined ? "none" : list(floats(gradient))}`,
    );
  return [`shape      [${shape.join(", ")}]`, `weight     ${list(floats(before ?? w0))}`, ...gradients];
}

/** Lines that say where a rule's case first went another way, from an Outcome of the measuring module. */
export function reproductionLines(one, { name, error, first }) {
  const head = `${name}: error ${error.toExponential(1)}`;
  if (first === undefined) return [head, ...setupLines(one)];
  const { step, key, element, before, gradients, wanted, got, alone } = first;
  const numbers = alone
    ? [
        `weight     ${hexFloat(before)}`,
        `gradients  ${gradients.map((g) => (g === null ? "none" : hexFloat(g))).join(" ")}`,
      ]
    : parameterLines(one, first);
  return [
    `${head}; first in update ${step}, ${key}[${element}]${alone ? "" : ", not with this element alone"}`,
    ...setupLines(one),
    ...numbers,
    `wanted     ${hexFloat(wanted)}`,
    `got        ${hexFloat(got)}${apart(wanted, got)}`,
  ];
}

/** The same of a schedule, from a ScheduleOutcome. */
export function scheduleLines(one, { name, ulps, drift, worst }) {
  const { of, update, wanted, got } = worst;
  return [
    `${name}: ${ulps} ulp, ${drift.toPrecision(2)} of the greatest; the ${of} of update ${update}`,
    `spec       ${JSON.stringify(one.spec)}, base ${one.base}`,
    `wanted     ${hexFloat(wanted)}`,
    `got        ${hexFloat(got)}`,
  ];
}

/** The same of a case that optseal does not take. */
export function refusalLines(one, { name, refused }) {
  return [`${name}: refused: ${refused}`, ...setupLines(one)];
}
