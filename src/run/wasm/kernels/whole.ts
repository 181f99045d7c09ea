/** run: operations on whole tensors for modules: folds of lines, matrix products, turning, noise. Addresses are of bytes. */

import { COLUMN_SUMS } from "./column-sums.ts";

/** Four lanes in blocks of 1024, as in the reference. */
const FOLD_SUM = `f64 fold_sum(i32 at, i32 stride, i32 count) {
  f64 total = 0.0;
  i32 done = 0;
  while (done < count) {
    i32 left = count - done;
    i32 part = left < 1024 ? left : 1024;
    i32 end = at + part * stride;
    i32 fours = at + (part & -4) * stride;
    f64 a = 0.0;
    f64 b = 0.0;
    f64 c = 0.0;
    f64 d = 0.0;
    while (at != fours) {
      a = a + load32(at);
      at = at + stride;
      b = b + load32(at);
      at = at + stride;
      c = c + load32(at);
      at = at + stride;
      d = d + load32(at);
      at = at + stride;
    }
    if (at != end) {
      a = a + load32(at);
      at = at + stride;
    }
    if (at != end) {
      b = b + load32(at);
      at = at + stride;
    }
    if (at != end) {
      c = c + load32(at);
      at = at + stride;
    }
    total = total + (a + b + (c + d));
    done = done + part;
  }
  return total;
}`;

const FOLD_GREATEST = `f64 fold_greatest(i32 at, i32 stride, i32 count) {
  f64 most = -infinity();
  while (count > 0) {
    f64 x = load32(at);
    most = x > most ? x : most;
    at = at + stride;
    count = count - 1;
  }
  return most;
}`;

/** Rows of all matrices, four at a time. */
const ROW_SUMS = `void row_sums(i32 from, i32 to, i32 first, i32 last, i32 cols, f64 divisor) {
  i32 width = cols << 2;
  from = from + first * width;
  to = to + (first << 2);
  while (last - first >= 4) {
    sum_4_rows(from, width, cols, to, divisor);
    from = from + (width << 2);
    to = to + 16;
    first = first + 4;
  }
  while (first < last) {
    sum_row(from, width, cols, to, divisor);
    from = from + width;
    to = to + 4;
    first = first + 1;
  }
}`;

/** The greatest of each line: lines `step` apart, elements of a line `stride` apart, in bytes. */
const LINES_GREATEST = `void greatest_lines(i32 from, i32 to, i32 first, i32 last,
  i32 matrix, i32 lines, i32 step, i32 count, i32 stride) {
  while (first < last) {
    i32 at = first / lines;
    at = from + at * matrix + (first - at * lines) * step;
    store32(to + (first << 2), fold_greatest(at, stride, count));
    first = first + 1;
  }
}`;

const BLOCKS_SUM = `f64 fold_blocks_sum(i32 at, i32 count) {
  f64 total = 0.0;
  while (count > 0) {
    total = total + load64(at);
    at = at + 8;
    count = count - 1;
  }
  return total;
}`;

const BLOCKS_GREATEST = `f64 fold_blocks_greatest(i32 at, i32 count) {
  f64 most = -infinity();
  while (count > 0) {
    f64 x = load64(at);
    most = x > most ? x : most;
    at = at + 8;
    count = count - 1;
  }
  return most;
}`;

const COUNT_BELOW = `f64 count_below(i32 at, i32 count, f64 x) {
  f64 below = 0.0;
  while (count > 0) {
    below = load64(at) < x ? below + 1.0 : below;
    at = at + 8;
    count = count - 1;
  }
  return below;
}`;

const ITEM = `f64 item(i32 at, i32 count, f64 x) {
  f64 place = floor(x);
  if (place >= 0.0 && place < float(count)) return load64(at + (int(place) << 3));
  return nan();
}`;

/**
 * Rows or columns as products read them: in fours, number by number, in binary64; the first two of four in one place, the others
 * in another. What is left of fours stays out. Lines are `step` bytes apart, numbers in a line `stride`.
 */
const PACK = `void pack(i32 from, i32 low, i32 high, i32 first, i32 last, i32 lines, i32 step, i32 count, i32 stride) {
  while (first < last) {
    i32 matrix = first / lines;
    i32 line = first - matrix * lines;
    i32 four = line & -4;
    i32 is_four = four + 4 <= lines;
    i32 taken = is_four && four == line && last - first >= 4 ? 4 : 1;
    if (is_four) {
      i32 start = matrix * lines * count << 2;
      i32 at = from + start + line * step;
      i32 to = start + (four * count << 2) + ((line & 1) << 3);
      i32 end = to + (count << 4);
      while (to != end) {
        if (taken == 4) {
          store64(low + to, load32(at));
          store64(low + to + 8, load32(at + step));
          store64(high + to, load32(at + step + step));
          store64(high + to + 8, load32(at + step + step + step));
        } else store64(((line & 2) == 0 ? low : high) + to, load32(at));
        at = at + stride;
        to = to + 16;
      }
    }
    first = first + taken;
  }
}`;

/** One number of a product. */
const DOT = `f64 dot(i32 row, i32 col, i32 width, i32 count) {
  f64 sum = 0.0;
  while (count > 0) {
    sum = sum + load32(row) * load32(col);
    row = row + 4;
    col = col + width;
    count = count - 1;
  }
  return sum;
}`;

/** Four columns stay near the processor while as many rows as may stay there too go over them. */
const MULTIPLY = `void multiply(i32 a, i32 b, i32 rows_low, i32 rows_high, i32 cols_low, i32 cols_high,
  i32 to, i32 first, i32 last, i32 rows, i32 inner, i32 cols) {
  i32 width = cols << 2;
  i32 length = inner << 2;
  i32 wide = cols & -4;
  while (first < last) {
    i32 matrix = first / rows;
    i32 start = matrix * rows;
    i32 end = start + rows < last ? start + rows : last;
    end = end - first < 64 ? end : first + 64;
    i32 right = matrix * length * cols;
    i32 col = 0;
    while (col < wide) {
      i32 row = first;
      while (row < end) {
        i32 low = cols_low + right + col * length;
        i32 high = cols_high + right + col * length;
        i32 out = to + row * width + (col << 2);
        i32 taken = (row - start & 3) == 0 && end - row >= 4 ? 4 : 1;
        if (taken == 4) multiply_4_rows(rows_low + row * length, rows_high + row * length, low, high, inner, out, width);
        else multiply_row(a + row * length, low, high, inner, out, width);
        row = row + taken;
      }
      col = col + 4;
    }
    while (first < end) {
      col = wide;
      while (col < cols) {
        store32(to + first * width + (col << 2), dot(a + first * length, b + right + (col << 2), width, inner));
        col = col + 1;
      }
      first = first + 1;
    }
  }
}`;

/** `rows` and `cols` are those of what is turned; lines of the result are its columns. */
const TURN = `void turn(i32 from, i32 to, i32 first, i32 last, i32 rows, i32 cols) {
  to = to + first * (rows << 2);
  while (first < last) {
    i32 matrix = first / cols;
    i32 at = from + ((matrix * rows * cols + first - matrix * cols) << 2);
    i32 end = to + (rows << 2);
    while (to != end) {
      store32(to, load32(at));
      to = to + 4;
      at = at + (cols << 2);
    }
    first = first + 1;
  }
}`;

const round = (by: number) => `a = a + b;
    b = rotl(b, ${by}) ^ a;`;

const THREEFRY = `i64 threefry(i32 key0, i32 key1, i32 counter0, i32 counter1) {
  i32 a = counter0 + key0;
  i32 b = counter1 + key1;
  i32 last = key0;
  i32 next = key1;
  i32 after = key0 ^ key1 ^ 0x1bd11bda;
  i32 group = 1;
  i32 kept = 0;
  while (group < 6) {
    if ((group & 1) == 1) {
    ${[13, 15, 26, 6].map(round).join("\n    ")}
    } else {
    ${[17, 29, 16, 24].map(round).join("\n    ")}
    }
    a = a + next;
    b = b + after + group;
    kept = next;
    next = after;
    after = last;
    last = kept;
    group = group + 1;
  }
  return pair(a, b);
}`;

const NOISE = `void noise(f64 seed, f64 stream, i32 word0, i32 word1, i32 to, i32 first, i32 last) {
  seed = seed != seed ? words(0x7ff80000, 0) : seed + 0.0;
  stream = stream != stream ? words(0x7ff80000, 0) : stream + 0.0;
  i64 key = threefry(hi(seed), lo(seed), hi(stream), lo(stream));
  key = threefry(first(key), second(key), word0, word1);
  i32 index = first;
  to = to + (first << 2);
  while (index < last) {
    i64 drawn = threefry(first(key), second(key), index >>> 1, 0);
    f64 radius = sqrt(-2.0 * log((float_unsigned(first(drawn)) + 0.5) * ${2 ** -32}));
    f64 angle = ${2 * Math.PI} * ((float_unsigned(second(drawn)) + 0.5) * ${2 ** -32});
    store32(to, radius * cos(angle));
    if (index + 1 < last) store32(to + 4, radius * sin(angle));
    to = to + 8;
    index = index + 2;
  }
}`;

export const WHOLE: readonly string[] = Object.freeze([
  FOLD_SUM,
  FOLD_GREATEST,
  ROW_SUMS,
  ...COLUMN_SUMS,
  LINES_GREATEST,
  BLOCKS_SUM,
  BLOCKS_GREATEST,
  COUNT_BELOW,
  ITEM,
  PACK,
  DOT,
  MULTIPLY,
  TURN,
  THREEFRY,
  NOISE,
]);
