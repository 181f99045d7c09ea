/** cli: `optseal serve`. */
import { resolve } from "node:path";
import type { Address } from "../../serve/listen.ts";
import { makeLog } from "../../serve/log.ts";
import { serve } from "../../serve/serve.ts";
import { TrustFile } from "../../serve/trust-file.ts";
import { needed, optional } from "../arguments.ts";
import type { Arguments, Run } from "../command.ts";
import { about, FileError, UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import { INPUT_LIMITS, inputName, readInput } from "../read-input.ts";
import { openStore } from "../stores.ts";
import { explain, isSystemError } from "../system-errors.ts";

const LOCAL = /^(127\.0\.0\.1|localhost|\[::1\]):(\d{1,5})$/;

/** @throws UsageError for what other hosts could reach: whoever reaches the service can ask it */
function readListen(text: string): Address {
  const [, host = "", port = ""] = LOCAL.exec(text) ?? [];
  if (host === "" || Number(port) > 65_535)
    throw new UsageError(
      `\`--listen ${text}\` is no port of this host alone`,
      "127.0.0.1:PORT, [::1]:PORT or localhost:PORT; other hosts run a server of their own",
    );
  return { host: host.replace(/[[\]]/g, ""), port: Number(port) };
}

function readAddress(args: Arguments, io: Io): Address {
  const [socket, listen] = [optional(args, "socket"), optional(args, "listen")];
  if ((socket === undefined) === (listen === undefined))
    throw new UsageError("one of `--socket` and `--listen` is required", "a unix socket is the safer one");
  if (listen !== undefined) return readListen(listen);
  if (socket === "" || socket?.includes("\0")) throw new UsageError("`--socket` is no path", "name a file");
  return { path: resolve(io.cwd, socket as string) };
}

/** What the system says of a place where nobody can listen, in this command's words. */
const PLACES: ReadonlyMap<unknown, { readonly message: string; readonly hint: string }> = new Map([
  ["EEXIST", { message: "this file is no socket", hint: "name another path; files are not replaced" }],
  [
    "EADDRINUSE",
    { message: "somebody listens there", hint: "end the other server, or choose another place" },
  ],
]);

function explainPlace(place: string, error: unknown): unknown {
  const code = isSystemError(error) ? error.code : "";
  const words = PLACES.get(code);
  return words === undefined
    ? explain(place, error)
    : new FileError(place, { code, ...words }, { cause: error });
}

function trustFile(args: Arguments, io: Io): Promise<TrustFile> {
  const path = needed(args, "trust");
  if (path === "-")
    throw new UsageError("`--trust -` cannot be read again", "name a file, which is read when it changes");
  const read = () => readInput(io, path, { limit: INPUT_LIMITS.document });
  return about(inputName(path), () => TrustFile.load({ read, now: io.now }));
}

export const run: Run = async (args, io) => {
  const address = readAddress(args, io);
  const trust = await trustFile(args, io);
  const { store, close } = await openStore(io, needed(args, "store"));
  try {
    const log = makeLog((line) => io.stderr.write(line), io.now);
    const place = optional(args, "socket") ?? needed(args, "listen");
    const { stop } = await serve({ address, trust, store, log, now: io.now }).catch((error) => {
      throw explainPlace(place, error);
    });
    await io.interrupted();
    await stop();
  } finally {
    await close();
  }
  return undefined;
};
