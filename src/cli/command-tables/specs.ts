/** cli: commands for files that are read: pickles, specs, documents. One row each; a command's own file is loaded only when it is called. */
import type { Command } from "../command.ts";
import { BASE, FORCE, JSON_OUT, SHAPES } from "../options.ts";

export const SPEC_COMMANDS: readonly Command[] = [
  {
    name: "convert",
    about: "make a spec of a pickled optimizer, never executing it",
    takes: [{ name: "FILE" }],
    options: [
      { name: "output", short: "o", takes: "SPEC.yaml", about: "where to write (default: standard output)" },
      { name: "report", takes: "R.json", about: "what became of each field; written when refused too" },
      {
        name: "sarif",
        takes: "R.sarif",
        about: "what was refused, guessed or differs, as SARIF 2.1.0; written when refused too",
      },
      {
        name: "release",
        takes: "RELEASE",
        about: "which release made the file, where it does not tell: mxnet-1.7",
      },
      {
        name: "name",
        takes: "NAME=CLASS",
        many: "again",
        about: "what a class of the file is: lion.rule=train.optim.Lion, mxnet-1.9/sgd=__main__.MySGD",
      },
      FORCE,
    ],
    notes: [
      "Takes optimizers of MXNet 1.0 to 2.0 at any protocol, with their schedulers.",
      "NAME is a file with the text of a rule or schedule (or a spec that holds a rule), a built-in, or a class of MXNet that CLASS only renames. Fields of the object that are called like one of the rule's hyperparameters become its values; the report tells of all others.",
    ],
    load: () => import("../commands/convert.ts"),
  },
  {
    name: "scan",
    about: "tell what pickles hold, and whether all of it is known plain data",
    takes: [{ name: "FILE", many: true }],
    options: [JSON_OUT],
    notes: ["One refused file makes the exit code 16."],
    load: () => import("../commands/scan.ts"),
  },
  {
    name: "inspect",
    about: "show any document, key, tensor file or pickle as text",
    takes: [{ name: "FILE" }],
    options: [],
    notes: ["Verifies no signature, executes nothing and never prints a secret key."],
    load: () => import("../commands/inspect.ts"),
  },
  {
    name: "check",
    about: "prove a spec fit to run, and tell what it does and costs",
    takes: [{ name: "SPEC|AMENDMENT" }],
    options: [SHAPES, BASE, JSON_OUT],
    load: () => import("../commands/check.ts"),
  },
];
