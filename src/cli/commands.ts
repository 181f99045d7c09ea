/**
 * cli: all commands, in the order of help. One row each: what it is called, what it takes, and where it is; a command's own
 * file is loaded only when it is called. Nothing here imports the library, so that starting takes no longer than it must.
 */
import type { Command, Option } from "./command.ts";

const FORCE: Option = { name: "force", about: "replace files that exist" };
const JSON_OUT: Option = { name: "json", about: "print JSON, for programs" };
const OUTPUT: Option = {
  name: "output",
  short: "o",
  takes: "FILE",
  required: true,
  about: "where to write; - is standard output",
};
const KEY: Option = { name: "key", takes: "KEY", required: true, about: "the secret key to sign with" };
const SHAPES: Option = {
  name: "shapes",
  takes: "W.safetensors",
  about: "the parameters: holds selectors against their names, and adds up the cost",
};
const SIGNER_PUB: Option = {
  name: "signer",
  takes: "PUB...",
  required: true,
  many: "list",
  about: "public keys that may sign statements",
};
const ROOT_KEY: Option = {
  name: "root",
  takes: "KEY",
  required: true,
  many: "again",
  about: "a secret key of the root role, which signs the document; several times for several",
};
const THRESHOLD: Option = {
  name: "threshold",
  takes: "N",
  about: "how many different owners must sign a statement (default 1)",
};

/** How a signed envelope is verified: of `verify` and of `run`. */
const verification = (required: boolean): readonly Option[] => {
  const must = required ? ({ required: true } as const) : {};
  return [
    { name: "trust", takes: "TRUST", ...must, about: "the trust document, from a place that you trust" },
    { name: "job", takes: "J", ...must, about: "the job that this server works for" },
    { name: "audience", takes: "A", ...must, about: "this server's own name" },
    {
      name: "store",
      takes: "DIR|URL",
      about:
        "what remembers accepted sequences: a folder, or redis://HOST:PORT/DB; without it no replay is noticed",
    },
  ];
};

const TIME = "A time is seconds, or a number with s, m, h or d: 90m, 12h, 30d.";

export const COMMANDS: readonly Command[] = [
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
    load: () => import("./commands/keygen.ts"),
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
      { name: "expires", takes: "TIME", about: "how long the document itself lives (default 365d)" },
      OUTPUT,
      FORCE,
    ],
    notes: [TIME, "A document that several roots must sign gets further signatures by `optseal sign`."],
    load: () => import("./commands/trust-init.ts"),
  },
  {
    name: "trust show",
    about: "tell what a trust document says, its signatures verified",
    takes: [{ name: "TRUST" }],
    options: [JSON_OUT],
    load: () => import("./commands/trust-show.ts"),
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
    load: () => import("./commands/trust-add.ts"),
  },
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
    load: () => import("./commands/convert.ts"),
  },
  {
    name: "scan",
    about: "tell what pickles hold, and whether all of it is known plain data",
    takes: [{ name: "FILE", many: true }],
    options: [JSON_OUT],
    notes: ["One refused file makes the exit code 16."],
    load: () => import("./commands/scan.ts"),
  },
  {
    name: "inspect",
    about: "show any document, key, tensor file or pickle as text",
    takes: [{ name: "FILE" }],
    options: [],
    notes: ["Verifies no signature, executes nothing and never prints a secret key."],
    load: () => import("./commands/inspect.ts"),
  },
  {
    name: "check",
    about: "prove a spec fit to run, and tell what it does and costs",
    takes: [{ name: "SPEC" }],
    options: [SHAPES, JSON_OUT],
    load: () => import("./commands/check.ts"),
  },
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
      {
        name: "sequence",
        takes: "N",
        about: "above that of all earlier statements (default: seconds since 1970)",
      },
      { name: "expires", takes: "TIME", about: "how long it may be used (default 30d)" },
      {
        name: "form",
        takes: "json|binary",
        about: "the envelope's form (default json, or as the envelope has it)",
      },
      OUTPUT,
      FORCE,
    ],
    notes: [
      TIME,
      "The default sequence is the time in seconds, so that what is signed later counts as later with no bookkeeping. Two statements for one job that are signed within the same second conflict: give --sequence there.",
    ],
    load: () => import("./commands/sign.ts"),
  },
  {
    name: "verify",
    about: "take an envelope through every gate: signatures, trust, check",
    takes: [{ name: "ENVELOPE" }],
    options: [
      ...verification(true),
      JSON_OUT,
      { name: "emit-spec", takes: "F", about: "write the verified spec, as YAML" },
      { name: "emit-module", takes: "F", about: "write the rule as a WebAssembly module" },
      FORCE,
    ],
    notes: ["The status is `new`, or `in-force` for the very statement that the store knows as the highest."],
    load: () => import("./commands/verify.ts"),
  },
  {
    name: "run",
    about: "update weights: one update per file of gradients",
    takes: [{ name: "SPEC|ENVELOPE" }],
    options: [
      ...verification(false),
      { name: "weights", takes: "W.safetensors", required: true, about: "the weights to start from" },
      {
        name: "grads",
        takes: "G.safetensors...",
        required: true,
        many: "list",
        about: "the gradients of each update, in order",
      },
      { name: "out", takes: "OUT.safetensors", required: true, about: "where to write the weights" },
      { name: "state-in", takes: "S", about: "go on from this state" },
      { name: "state-out", takes: "S", about: "where to write the state" },
      {
        name: "engine",
        takes: "reference|wasm",
        about: "what computes, to the same bits (default reference)",
      },
      { name: "threads", takes: "N", about: "how many threads the wasm engine uses (default: one per core)" },
      FORCE,
    ],
    notes: [
      "An envelope needs --trust, --job and --audience, as for `optseal verify`; a spec of your own needs none.",
      "Weights without a gradient in a file are left alone by that update. A decimal name is an integer key.",
    ],
    load: () => import("./commands/run.ts"),
  },
  {
    name: "serve",
    about: "verify for the programs of this host: HTTP at a unix socket or a local port",
    takes: [],
    options: [
      { name: "socket", takes: "PATH", about: "listen at a unix socket, which only its owner may use" },
      { name: "listen", takes: "127.0.0.1:PORT", about: "listen at a port of this host; 0 chooses one" },
      {
        name: "trust",
        takes: "TRUST",
        required: true,
        about: "the trust document, from a place that you trust; read again when it changes",
      },
      {
        name: "store",
        takes: "DIR|URL",
        required: true,
        about: "what remembers accepted sequences: a folder, or redis://HOST:PORT/DB",
      },
    ],
    notes: [
      "POST /verify?job=J&audience=A takes an envelope and answers in JSON; GET /healthz and GET /metrics tell how the server is.",
      "Logs JSON lines to standard error. Ends at SIGTERM or SIGINT, once all that was asked is answered.",
    ],
    load: () => import("./commands/serve.ts"),
  },
  {
    name: "list",
    about: "name the built-in rules and schedules",
    takes: [{ name: "WORD", optional: true, many: true }],
    options: [JSON_OUT],
    notes: [
      "`rules` or `schedules` names those only; other words choose what has all of them in its name or source: optseal list schedules torch. A terminal shows sources too, a pipe names alone",
    ],
    load: () => import("./commands/list.ts"),
  },
  {
    name: "show",
    about: "print the text of a built-in",
    takes: [{ name: "NAME" }],
    options: [],
    notes: ["The SHA-256 of what is printed is the digest that specs carry: optseal show NAME | sha256sum"],
    load: () => import("./commands/show.ts"),
  },
  {
    name: "plot",
    about: "draw the learning-rate curve of a spec",
    takes: [{ name: "SPEC" }],
    options: [
      { name: "updates", takes: "N", about: "how far (default: until the schedule has run its course)" },
      { name: "svg", takes: "F", about: "write an SVG image instead of drawing in the terminal" },
      FORCE,
    ],
    notes: [
      "Tells in words what the schedule does, and marks those points. ASCII where the locale is not UTF-8.",
    ],
    load: () => import("./commands/plot.ts"),
  },
];
