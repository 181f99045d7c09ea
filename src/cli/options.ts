/** cli: options that several commands have. */
import type { Option } from "./command.ts";

export const FORCE: Option = { name: "force", about: "replace files that exist" };
export const FORM: Option = {
  name: "form",
  takes: "json|binary",
  about: "the envelope's form (default json)",
};
export const JSON_OUT: Option = { name: "json", about: "print JSON, for programs" };
export const OUTPUT: Option = {
  name: "output",
  short: "o",
  takes: "FILE",
  required: true,
  about: "where to write; - is standard output",
};
export const KEY: Option = {
  name: "key",
  takes: "KEY",
  required: true,
  about: "the secret key to sign with",
};
export const SHAPES: Option = {
  name: "shapes",
  takes: "W.safetensors",
  about: "the parameters: holds selectors against their names, and adds up the cost",
};
export const SIGNER_PUB: Option = {
  name: "signer",
  takes: "PUB...",
  required: true,
  many: "list",
  about: "public keys that may sign statements",
};
export const ROOT_KEY: Option = {
  name: "root",
  takes: "KEY",
  required: true,
  many: "again",
  about: "a secret key of the root role, which signs the document; several times for several",
};
export const THRESHOLD: Option = {
  name: "threshold",
  takes: "N",
  about: "how many different owners must sign a statement (default 1)",
};

export const BASE: Option = {
  name: "base",
  takes: "ENVELOPE...",
  many: "list",
  about:
    "what an amendment or a checkpoint is of: the spec's envelope, then earlier amendments in their order",
};

/** How a signed envelope is verified: of `verify` and of `run`. */
export const verification = (required: boolean): readonly Option[] => {
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
    BASE,
  ];
};

export const RANK: Option = {
  name: "rank",
  takes: "R/N",
  about: "which server, from 0, and of how many: 0/2",
};

export const SEQUENCE: Option = {
  name: "sequence",
  takes: "N",
  about: "above that of all earlier statements (default: seconds since 1970)",
};
export const STATEMENT_EXPIRES: Option = {
  name: "expires",
  takes: "TIME",
  about: "how long it may be used (default 30d)",
};

/** How times are written, for the notes of commands that take some. */
export const TIME = "A time is seconds, or a number with s, m, h or d: 90m, 12h, 30d.";
