/** run: which of a module's bodies a parameter is given: there is one for each type of its weights and gradients. */
import type { Half } from "../precision.ts";
import type { BodyDescription, Description } from "../wasm/description.ts";

export interface Bodies {
  /** With gradients of binary32. */
  readonly body: BodyDescription;
  /** With gradients of the weights' own 16 bits, on the very same frame. Without it, they are widened before. */
  readonly short?: BodyDescription;
}

/** `body`: that of binary32 weights, by its number. */
export function bodiesOfType({ bodies }: Description, body: number, half: Half | undefined): Bodies {
  const wide = bodies[body] as BodyDescription;
  if (half === undefined) return { body: wide };
  const variants = wide.variants?.filter(({ weight }) => weight === half) ?? [];
  const [own, short] = [undefined, half].map((type) => {
    const variant = variants.find(({ gradient }) => gradient === type);
    return bodies[variant?.body as number] as BodyDescription;
  }) as [BodyDescription, BodyDescription];
  return { body: own, ...(frameOf(own) === frameOf(short) ? { short } : {}) };
}

/** All that a host puts into a frame. */
const frameOf = ({ frame, numbers, places, sums }: BodyDescription): string =>
  JSON.stringify([frame, numbers, places.map(({ type: _, ...place }) => place), sums]);
