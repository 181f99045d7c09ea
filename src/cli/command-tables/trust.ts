/** cli: commands for keys, and documents that say who may send what. One row each; a command's own file is loaded only when it is called. */
import type { Command } from "../command.ts";
import { FORCE, JSON_OUT, OUTPUT, ROOT_KEY, SIGNER_PUB, THRESHOLD, TIME } from "../options.ts";

export const TRUST_COMMANDS: readonly Command[] = [
  {
    name: "keygen",
    about: "make a key pair: NAME.key, for you alone, and NAME.pub",
    takes: [{ name: "NAME" }],
    options: [
      { name: "dir", takes: "D", about: "the folder to write to (default: this one)" },
      {
        name: "owner",
        takes: "OWNER",
        about: "who holds it, as trust documents count owners (default: NAME)",
      },
    ],
    notes: ["Prints the key's id. Keys that exist are never replaced; --force does not exist here."],
    load: () => import("../commands/keygen.ts"),
  },
  {
    name: "trust init",
    about: "write a trust document: who may sign what",
    takes: [],
    options: [
      ROOT_KEY,
      SIGNER_PUB,
      THRESHOLD,
      {
        name: "root-threshold",
        takes: "N",
        about: "how many different owners must sign the document (default 1)",
      },
      {
        name: "allow",
        takes: "RULE",
        many: "again",
        about: "built-ins that may be sent: mxnet-1.9/adam, mxnet-1.9/* or * (default *)",
      },
      { name: "custom", about: "also allow rules and schedules that are written out" },
      {
        name: "bound",
        takes: "NAME=MIN:MAX",
        many: "again",
        about: "bounds of a hyperparameter; either side may be empty",
      },
      { name: "cost", takes: "N", about: "operations that one update of one element may cost" },
      { name: "lifetime", takes: "TIME", about: "how long a statement may live (default 400d)" },
      {
        name: "amend",
        takes: "NAME[=FACTOR]",
        many: "again",
        about:
          "a hyperparameter that amendments may change, at most so many times larger or smaller at once; * for any",
      },
      { name: "amend-schedule", about: "let amendments replace the schedule" },
      {
        name: "amender",
        takes: "PUB...",
        many: "list",
        about: "public keys that may sign amendments, each alone, and no specs",
      },
      {
        name: "checkpointer",
        takes: "PUB...",
        many: "list",
        about: "public keys that may order checkpoints, each alone",
      },
      {
        name: "server",
        takes: "PUB...",
        many: "list",
        about: "public keys of the servers, which sign the manifests of their checkpoints",
      },
      { name: "expires", takes: "TIME", about: "how long the document itself lives (default 365d)" },
      OUTPUT,
      FORCE,
    ],
    notes: [TIME, "A document that several roots must sign gets further signatures by `optseal sign`."],
    load: () => import("../commands/trust-init.ts"),
  },
  {
    name: "trust show",
    about: "tell what a trust document says, its signatures verified",
    takes: [{ name: "TRUST" }],
    options: [JSON_OUT],
    load: () => import("../commands/trust-show.ts"),
  },
  {
    name: "trust add",
    about: "add signers to a trust document: its next version, signed by its root",
    takes: [{ name: "TRUST" }],
    options: [
      ROOT_KEY,
      SIGNER_PUB,
      { ...THRESHOLD, about: "how many different owners must sign a statement from now on" },
      {
        name: "expires",
        takes: "TIME",
        about: "how long the new document lives (default: as long as the old one)",
      },
      OUTPUT,
      FORCE,
    ],
    notes: [TIME],
    load: () => import("../commands/trust-add.ts"),
  },
];
