/**
 * run: sums of columns, row by row, each in the order of `reduce.ts`. Four lanes and the totals of the blocks before stand in places
 * of their own, each in two halves: columns 0 and 1 of each four in one, 2 and 3 in the other.
 */

const CLEAR = `void clear(i32 at, i32 pairs) {
  while (pairs > 0) {
    store64(at, 0.0);
    store64(at + 8, 0.0);
    at = at + 16;
    pairs = pairs - 1;
  }
}`;

/** Columns whose number is a multiple of four, row by row: lanes and totals are kept in memory. */
const STRIP_SUM = `void sum_strip(i32 at, i32 width, i32 rows, i32 to, i32 count, f64 divisor, i32 a0, i32 b0, i32 a1, i32 b1,
  i32 a2, i32 b2, i32 a3, i32 b3, i32 a, i32 b) {
  i32 fours = count >>> 2;
  clear(a0, fours);
  clear(b0, fours);
  clear(a1, fours);
  clear(b1, fours);
  clear(a2, fours);
  clear(b2, fours);
  clear(a3, fours);
  clear(b3, fours);
  clear(a, fours);
  clear(b, fours);
  i32 four = width << 2;
  while (rows > 0) {
    i32 part = rows < 1024 ? rows : 1024;
    rows = rows - part;
    while (part >= 16) {
      add_4_lines(at, four, a0, b0, count);
      add_4_lines(at + width, four, a1, b1, count);
      add_4_lines(at + 2 * width, four, a2, b2, count);
      add_4_lines(at + 3 * width, four, a3, b3, count);
      at = at + (width << 4);
      part = part - 16;
    }
    while (part > 0) {
      add_line(at, four, a0, b0, count);
      if (part > 1) add_line(at + width, four, a1, b1, count);
      if (part > 2) add_line(at + 2 * width, four, a2, b2, count);
      if (part > 3) add_line(at + 3 * width, four, a3, b3, count);
      at = at + (part < 4 ? part : 4) * width;
      part = part - 4;
    }
    close_lanes(a0, a1, a2, a3, a, count);
    close_lanes(b0, b1, b2, b3, b, count);
  }
  store_quotients(a, b, to, count, divisor);
}`;

/** Columns of all matrices in strips, whose lanes and totals stay in the nearest cache; what is left of four, one at a time. */
const ALL_STRIPS = `void column_sums(i32 from, i32 a0, i32 b0, i32 a1, i32 b1,
  i32 a2, i32 b2, i32 a3, i32 b3, i32 a, i32 b,
  i32 to, i32 first, i32 last, i32 rows, i32 cols, f64 divisor) {
  i32 width = cols << 2;
  while (first < last) {
    i32 matrix = first / cols;
    i32 column = first - matrix * cols;
    i32 at = from + matrix * rows * width + (column << 2);
    i32 on = first << 2;
    i32 room = cols - column < last - first ? cols - column : last - first;
    i32 taken = room < 4 ? 1 : room < 1024 ? room & -4 : 1024;
    if (taken == 1) store32(to + on, fold_sum(at, width, rows) / divisor);
    else sum_strip(at, width, rows, to + on, taken, divisor, a0 + on, b0 + on, a1 + on, b1 + on,
      a2 + on, b2 + on, a3 + on, b3 + on, a + on, b + on);
    first = first + taken;
  }
}`;

export const COLUMN_SUMS: readonly string[] = Object.freeze([CLEAR, STRIP_SUM, ALL_STRIPS]);
