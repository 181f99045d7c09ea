/** How many bytes a module takes: what a server sends to each of its workers. */
import { expect, it } from "vitest";
import { author } from "../../../src/author/author.ts";
import { check } from "../../../src/check/check.ts";
import { writeModule } from "../../../src/run/wasm/module.ts";

const MOST = 8192;

it.each(["mxnet-1.9/adam", "torch-2.13/adam", "torch-2.13/adamw"])("%s takes 8 KiB at the most", (rule) => {
  expect(writeModule(check(author({ optseal: 1, rule }))).bytes.length).toBeLessThanOrEqual(MOST);
});
