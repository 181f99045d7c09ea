/** cli: `optseal keygen`. */
import { join } from "node:path";
import { formatPublicKey, formatSecretKey, generateKey, keyId } from "../../index.ts";
import { optional, subject } from "../arguments.ts";
import type { Run } from "../command.ts";
import { FileError, UsageError } from "../errors.ts";
import { printLines, tell } from "../say.ts";
import { writeOutputs } from "../write-outputs.ts";

/** Everything else is replaced with --force; a secret key that is gone is gone. */
function neverReplaced(error: unknown): never {
  if (!(error instanceof FileError) || error.code !== "EEXIST") throw error;
  const { file, code, message } = error;
  throw new FileError(file, {
    code,
    message,
    hint: "keys are never replaced: choose another name or folder",
  });
}

export const run: Run = async (args, io) => {
  const name = subject(args);
  // A name and not a path, so that it cannot lead out of the folder.
  if (!/^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$/.test(name))
    throw new UsageError(
      `\`${name}\` cannot be a key's name`,
      "letters, digits, `.`, `_`, `@`, `+` and `-`, at most 64 of them; --dir names the folder",
    );
  const owner = optional(args, "owner") ?? name;
  if (!/^[!-~]{1,64}$/.test(owner))
    throw new UsageError(
      `\`${owner}\` cannot be an owner`,
      "1 to 64 printable ASCII characters without spaces",
    );
  const pair = await generateKey(owner);
  const at = (ending: string) => join(optional(args, "dir") ?? ".", `${name}.${ending}`);
  const outputs = [
    { path: at("key"), bytes: formatSecretKey({ key: pair.secretKey, owner }), mode: 0o600 },
    { path: at("pub"), bytes: formatPublicKey({ key: pair.publicKey, owner }), mode: 0o644 },
  ];
  await writeOutputs(io, outputs, false).catch(neverReplaced);
  await tell(io, `wrote ${at("key")}, which nobody else may see, and ${at("pub")}`);
  await printLines(io, [keyId(pair.publicKey)]);
  return undefined;
};
