/** The tables that a module works out when it starts, beside base's, number by number. */
import { describe, expect, it } from "vitest";
import { POWERS } from "../../../src/base/exp-table.ts";
import { PARTS as LOG_PARTS } from "../../../src/base/log-table.ts";
import { PARTS as POW_PARTS } from "../../../src/base/pow-table.ts";
import { assembled } from "../../../src/run/wasm/assemble.ts";
import { Functions } from "../../../src/run/wasm/functions.ts";
import {
  EXP_AT,
  LOG_AT,
  LOG_INVERSES_AT,
  POW_AT,
  POW_INVERSES_AT,
  POW_RESTS_AT,
} from "../../../src/run/wasm/tables.ts";

const ROWS = 128;

function memoryWith(name: string): WebAssembly.Memory {
  const functions = new Functions();
  functions.exportNamed(name);
  const memory = new WebAssembly.Memory({ initial: 1 });
  const bytes = assembled({ functions, lists: [], custom: [], shared: undefined });
  new WebAssembly.Instance(new WebAssembly.Module(bytes), { host: { memory } });
  return memory;
}

const numbers = (memory: WebAssembly.Memory, at: number, count: number): readonly number[] => [
  ...new Float64Array(memory.buffer, at, count),
];

/** Rows of base's table from the columns of a module's. */
const rows = (...columns: readonly (readonly number[])[]): readonly number[] =>
  Array.from({ length: ROWS }, (_, row) => columns.map((column) => column[row] as number)).flat();

describe("tables of modules", () => {
  it("have base's powers", () => {
    expect(numbers(memoryWith("exp"), EXP_AT, 2 * ROWS)).toEqual(POWERS);
  });

  it("have base's logarithms", () => {
    const memory = memoryWith("log");
    const column = (at: number) => numbers(memory, at, ROWS);
    expect(rows(column(LOG_INVERSES_AT), column(LOG_AT))).toEqual(LOG_PARTS);
  });

  it("have base's logarithms in two", () => {
    const memory = memoryWith("pow");
    const column = (at: number) => numbers(memory, at, ROWS);
    expect(rows(column(POW_INVERSES_AT), column(POW_AT), column(POW_RESTS_AT))).toEqual(POW_PARTS);
  });

  it("are there for those alone who read them", () => {
    expect(numbers(memoryWith("log"), EXP_AT, 2 * ROWS).every((number) => number === 0)).toBe(true);
  });
});
