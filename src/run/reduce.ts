/**
 * run: sums with one order of additions, whatever the number of threads. Elements are taken in blocks of 1024; inside a
 * block, element i goes to lane i mod 4, and the lanes are added as (0 + 1) + (2 + 3); block sums are added in order. All in
 * binary64.
 */

const BLOCK = 1024;

/** The sum of `term(data[start + i * stride])` for i from 0 to count - 1. */
export function blockSum(
  data: Float32Array,
  range: { readonly start: number; readonly stride: number; readonly count: number },
  term: (element: number) => number,
): number {
  const { start, stride, count } = range;
  const lanes = new Float64Array(4);
  let total = 0;
  for (let block = 0; block < count; block += BLOCK) {
    lanes.fill(0);
    const end = Math.min(block + BLOCK, count);
    for (let i = block; i < end; i++) {
      const lane = i & 3;
      lanes[lane] = (lanes[lane] as number) + term(data[start + i * stride] as number);
    }
    const [l0, l1, l2, l3] = lanes as unknown as [number, number, number, number];
    total += l0 + l1 + (l2 + l3);
  }
  return total;
}
