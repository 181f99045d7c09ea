/** state: whether files are those of a manifest. In: what it says of one, and what is there. Out: nothing, or a refusal. */
import type { FileFacts } from "../base/file-facts.ts";
import { StateError } from "./errors.ts";

/**
 * @param found what is there under that name; `undefined`: nothing
 * @throws StateError `missing-file`, `file-size`, `file-digest`
 */
export function refuseOtherFile({ name, size, digest }: FileFacts, found: FileFacts | undefined): void {
  const hint = "fetch the checkpoint's files again, all of them";
  if (found === undefined)
    throw new StateError({
      code: "missing-file",
      message: `the file \`${name}\` is not there`,
      path: name,
      hint: "the files of a checkpoint lie beside its manifest",
    });
  if (found.size !== size)
    throw new StateError({
      code: "file-size",
      message: `\`${name}\` has ${found.size} bytes, and the manifest says ${size}`,
      path: name,
      hint,
    });
  if (found.digest !== digest)
    throw new StateError({
      code: "file-digest",
      message: `\`${name}\` is another file than the one that the server signed`,
      path: name,
      hint,
    });
}
