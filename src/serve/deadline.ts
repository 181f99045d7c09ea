/** serve: time limits. In: work and milliseconds. Out: what it gives, or a refusal when it takes longer. */
import { ServeError } from "./errors.ts";

/** @throws ServeError `timeout`; what the work then still gives is nobody's */
export async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new ServeError("timeout", "the answer took too long", "send the same statement again")),
      milliseconds,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
