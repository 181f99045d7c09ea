/** check: places in a document, put into words only when something is wrong there. */

/** A path, or one more step from a place: an index, or a field. */
export type Place = string | { readonly from: Place; readonly step: number | string };

/** A place one step further in. */
export const within = (from: Place, step: number | string): Place => ({ from, step });

/** The path in words, such as `rule.step[0][1]`. */
export function pathOf(place: Place): string {
  if (typeof place === "string") return place;
  const { from, step } = place;
  return `${pathOf(from)}${typeof step === "number" ? `[${step}]` : `.${step}`}`;
}
