/** cli: commands for what is signed. One row each; a command's own file is loaded only when it is called. */
import type { Command } from "../command.ts";
import { BASE, FORCE, FORM, KEY, OUTPUT, RANK, SEQUENCE, STATEMENT_EXPIRES, TIME } from "../options.ts";

export const STATEMENT_COMMANDS: readonly Command[] = [
  {
    name: "sign",
    about: "sign a spec, or add a signature to an envelope",
    takes: [{ name: "SPEC|ENVELOPE" }],
    options: [
      KEY,
      { name: "job", takes: "J", about: "the job that the spec is for; required for a spec" },
      {
        name: "audience",
        takes: "A",
        many: "again",
        about: "the servers that it is for; several times, or with commas; required for a spec",
      },
      { ...SEQUENCE, about: "above that of ENVELOPE (default: seconds since 1970, or the next)" },
      STATEMENT_EXPIRES,
      { ...FORM, about: "the envelope's form (default json, or as the envelope has it)" },
      BASE,
      OUTPUT,
      FORCE,
    ],
    notes: [
      TIME,
      "The default sequence is the time in seconds, so that what is signed later counts as later with no bookkeeping. Two statements for one job that are signed within the same second conflict: give --sequence there.",
    ],
    load: () => import("../commands/sign.ts"),
  },
  {
    name: "amend",
    about: "change a spec in force, whose optimizer keeps its state",
    takes: [{ name: "ENVELOPE" }],
    options: [
      {
        name: "set",
        takes: "NAME=VALUE...",
        many: "list",
        about: "a hyperparameter's new value; groups[0].NAME=VALUE for a group",
      },
      { name: "schedule", takes: "SPEC", about: "take the schedule of this spec; if it has none, none" },
      KEY,
      BASE,
      { ...SEQUENCE, about: "above that of ENVELOPE (default: seconds since 1970, or the next)" },
      STATEMENT_EXPIRES,
      FORM,
      OUTPUT,
      FORCE,
    ],
    notes: [
      TIME,
      "ENVELOPE is what is in force. If that is an amendment itself, --base names the spec's envelope and the amendments before it. Job and audience are those of ENVELOPE.",
    ],
    load: () => import("../commands/amend.ts"),
  },
  {
    name: "checkpoint",
    about: "order the servers to save the optimizer's state",
    takes: [{ name: "ENVELOPE" }],
    options: [
      KEY,
      BASE,
      { ...SEQUENCE, about: "above that of all earlier orders (default: seconds since 1970)" },
      STATEMENT_EXPIRES,
      FORM,
      OUTPUT,
      FORCE,
    ],
    notes: [
      TIME,
      "ENVELOPE is what is in force; an amendment needs --base, as for `optseal amend`. Orders have sequences of their own, apart from those of specs and amendments.",
    ],
    load: () => import("../commands/checkpoint.ts"),
  },
  {
    name: "manifest",
    about: "sign the tensor files that a server has written for a checkpoint",
    takes: [{ name: "FILE", many: true }],
    options: [
      {
        name: "checkpoint",
        takes: "ORDER",
        required: true,
        about: "the order that they were written for, which was verified before",
      },
      { ...KEY, about: "the server's secret key" },
      { ...RANK, required: true },
      { name: "audience", takes: "A", about: "what the server is called, if the order is for several" },
      FORM,
      OUTPUT,
      FORCE,
    ],
    notes: ["The files have to lie beside the manifest when that is verified, under the same names."],
    load: () => import("../commands/manifest.ts"),
  },
];
