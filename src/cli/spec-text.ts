/** cli: what a checked spec does and costs, as lines of text. */
import type { Binding, Checked, Cost, Match, Program } from "../index.ts";
import { matches, priceOf } from "../index.ts";
import { shortened, visible } from "./visible.ts";

export type Shapes = ReadonlyMap<string, readonly number[]>;

/** A number with its thousands apart. */
export function grouped(value: number): string {
  return Number.isSafeInteger(value)
    ? String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ",")
    : value.toExponential(2);
}

/** Foreign names in a row, the first few of them. */
export function namesText(names: readonly (string | number)[], most = 6): string {
  const shown = names.slice(0, most).map((name) => visible(shortened(String(name), 60)));
  return names.length > most ? `${shown.join(", ")} and ${names.length - most} more` : shown.join(", ");
}

/** Which parameters a group is for. */
export function matchText({ name, index, prefix, suffix }: Match): string {
  const parts: readonly (readonly [string, readonly (string | number)[] | undefined])[] = [
    ["named", name],
    ["number", index],
    ["beginning with", prefix],
    ["ending in", suffix],
  ];
  return parts
    .flatMap(([words, list]) => (list === undefined ? [] : [`${words} ${namesText(list)}`]))
    .join("; or ");
}

const hyperText = (value: unknown): string =>
  visible(Array.isArray(value) ? `[${value.join(", ")}]` : String(value));

const shapeWords = {
  like: "as the parameter",
  row: "one per row",
  col: "one per column",
  scalar: "one number",
  shared: "one number for all parameters",
};

export interface GroupCost {
  readonly parameters: number;
  readonly elements: number;
  readonly operations: number;
  readonly bytes: number;
  readonly stateBytes: number;
}

/** Which binding each parameter has: the first that matches. */
export function parametersOf(program: Program, shapes: Shapes): ReadonlyMap<Binding, readonly string[]> {
  const found = new Map<Binding, string[]>(program.bindings.map((binding) => [binding, []]));
  for (const key of shapes.keys()) {
    const binding = program.bindings.find(({ match }) => match === undefined || matches(match, key));
    found.get(binding as Binding)?.push(key);
  }
  return found;
}

/** What one update of all these parameters costs. */
export function groupCost(binding: Binding, keys: readonly string[], shapes: Shapes): GroupCost {
  const total = { parameters: keys.length, elements: 0, operations: 0, bytes: 0, stateBytes: 0 };
  for (const key of keys) {
    const { elements, operations, bytes, stateBytes } = priceOf(binding, shapes.get(key) ?? []);
    total.elements += elements;
    total.operations += operations;
    total.bytes += bytes;
    total.stateBytes += stateBytes;
  }
  return total;
}

function costText({ scalar, element, product, cube, bytes }: Cost): string {
  const products =
    product + cube === 0 ? "" : `, ${grouped(product + cube)} for each element and unit of its longer side`;
  return `${grouped(element)} operations and ${bytes} bytes for each element${products}, ${grouped(scalar)} operations for each parameter`;
}

function totalsText({ parameters, elements, operations, bytes, stateBytes: kept }: GroupCost): string {
  return `${grouped(parameters)} ${parameters === 1 ? "parameter" : "parameters"} of ${grouped(elements)} elements; one update: ${grouped(operations)} operations, ${grouped(bytes)} bytes; state: ${grouped(kept)} bytes`;
}

function bindingLines(
  binding: Binding,
  title: string,
  keys: readonly string[] | undefined,
  shapes?: Shapes,
): string[] {
  const hyper = Object.entries(binding.hyper).map(([name, value]) => `${visible(name)} ${hyperText(value)}`);
  const slots = binding.slots.map(({ name, shape }) => `${visible(name)} (${shapeWords[shape]})`);
  return [
    title,
    `  hyper     ${hyper.length === 0 ? "none" : hyper.join(", ")}`,
    `  state     ${slots.length === 0 ? "none" : slots.join(", ")}`,
    `  cost      ${costText(binding.cost)}`,
    ...(keys === undefined || shapes === undefined
      ? []
      : [
          `  for       ${keys.length === 0 ? "no parameter" : namesText(keys)}`,
          `  in all    ${totalsText(groupCost(binding, keys, shapes))}`,
        ]),
  ];
}

function scheduleLines({ spec, program }: Checked): readonly string[] {
  const { schedule, scheduled, cycled } = program;
  if (schedule === undefined || spec.schedule === undefined) return ["schedule    none: a constant rate"];
  const hyper = Object.entries(schedule.hyper).map(([name, value]) => `${visible(name)} ${hyperText(value)}`);
  return [
    `schedule    ${visible(spec.schedule.rule.name)}, which drives ${visible([scheduled, cycled].filter((name) => name !== undefined).join(" and "))}`,
    `  hyper     ${hyper.length === 0 ? "none" : hyper.join(", ")}`,
    `  step      every ${schedule.every === 1 ? "update" : `${grouped(schedule.every)} updates`}, ${grouped(schedule.cost)} operations`,
  ];
}

/** All that is worth knowing of a checked spec; with shapes also what it comes to for these parameters. */
export function checkedLines(checked: Checked, digest: string, shapes?: Shapes): readonly string[] {
  const { spec, program } = checked;
  const keys = shapes === undefined ? undefined : parametersOf(program, shapes);
  const last = program.bindings.length - 1;
  const groups = program.bindings.flatMap((binding, i) => {
    const all = last === 0 ? "all parameters" : "all other parameters";
    const title = `group ${i}     ${binding.match === undefined ? all : matchText(binding.match)}`;
    return bindingLines(binding, title, keys?.get(binding), shapes);
  });
  const { rescale, clip_value: clip, clip_norm: norm } = spec.gradient ?? {};
  const gradient = [
    ...(rescale === undefined ? [] : [`multiplied by ${rescale}`]),
    ...(clip === undefined ? [] : [`clipped to ±${clip}`]),
    ...(norm === undefined ? [] : [`all together scaled down to a norm of ${norm}`]),
  ];
  return [
    `spec        ${digest}`,
    `rule        ${visible(spec.rule.name)}${"digest" in spec.rule ? ` ${spec.rule.digest}` : ", written out"}`,
    ...scheduleLines(checked),
    ...(gradient.length === 0 ? [] : [`gradient    ${gradient.join(", then ")}`]),
    ...groups,
  ];
}
