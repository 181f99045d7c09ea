/** cli: commands for what a server does with what it is sent. One row each; a command's own file is loaded only when it is called. */
import type { Command } from "../command.ts";
import { FORCE, JSON_OUT, RANK, verification } from "../options.ts";

export const SERVER_COMMANDS: readonly Command[] = [
  {
    name: "verify",
    about: "take an envelope through every gate: signatures, trust, check",
    takes: [{ name: "ENVELOPE" }],
    options: [
      ...verification(true),
      { ...RANK, about: `${RANK.about}; required for a manifest` },
      JSON_OUT,
      {
        name: "emit-spec",
        takes: "F",
        about: "write the verified spec, as YAML; as JSON if F ends in .json",
      },
      { name: "emit-module", takes: "F", about: "write the rule as a WebAssembly module" },
      FORCE,
    ],
    notes: [
      "The status is `new`, or `in-force` for the very statement that the store knows as the highest.",
      "Takes specs, amendments, orders to save (`optseal checkpoint`) and manifests; all but specs need --base. With a manifest the files that it names are verified, which lie beside it; the spec is that of its state.",
    ],
    load: () => import("../commands/verify.ts"),
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
    load: () => import("../commands/run.ts"),
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
      "POST /verify?job=J&audience=A takes an envelope and answers in JSON, /amend a spec and its amendments; GET /healthz and GET /metrics tell how the server is.",
      "Logs JSON lines to standard error. Ends at SIGTERM or SIGINT, once all that was asked is answered.",
    ],
    load: () => import("../commands/serve.ts"),
  },
];
