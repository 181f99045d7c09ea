/** cli: tensor files of weights and gradients. */
import type { Safetensors } from "../index.ts";
import { readSafetensors } from "../index.ts";
import { about } from "./errors.ts";
import type { Io } from "./io.ts";
import { INPUT_LIMITS, inputName, readInput } from "./read-input.ts";

/** @throws StateError for what is no safetensors file */
export async function readTensors(io: Io, path: string): Promise<Safetensors> {
  const bytes = await readInput(io, path, { limit: INPUT_LIMITS.tensors });
  return about(inputName(path), () => readSafetensors(bytes));
}

/** The shape of each tensor, for `check`. */
export function shapesOf({ tensors }: Safetensors): ReadonlyMap<string, readonly number[]> {
  return new Map([...tensors].map(([name, { shape }]) => [name, shape]));
}
