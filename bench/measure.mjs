/**
 * How benches measure: subject and peer in turn, so that a machine that slows down slows both, and the median of the ratios
 * pair by pair. Absolute times are for orientation only.
 */

export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Microseconds that one call of `work` takes, over `calls` calls in a row. */
async function time(work, calls) {
  const start = performance.now();
  for (let i = 0; i < calls; i++) await work(i);
  return ((performance.now() - start) * 1000) / calls;
}

/** The median ratio of subject to peer over pairs of batches, after one batch of each that is not counted. */
export async function compare(subject, peer, { pairs = 60, calls = 25, warmup = 40 } = {}) {
  const ratios = [];
  const times = { subject: [], peer: [] };
  for (let pair = -warmup; pair < pairs; pair++) {
    const a = await time(subject, calls);
    const b = await time(peer, calls);
    if (pair < 0) continue;
    ratios.push(a / b);
    times.subject.push(a);
    times.peer.push(b);
  }
  return { ratio: median(ratios), subject: median(times.subject), peer: median(times.peer) };
}

/** The slope of log(time) over log(size): 1 where cost grows with size, 2 where it grows with its square. */
export function growth(sizes, times) {
  const x = sizes.map(Math.log);
  const y = times.map(Math.log);
  const mean = (values) => values.reduce((a, b) => a + b) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const over = x.reduce((sum, xi, i) => sum + (xi - mx) * (y[i] - my), 0);
  return over / x.reduce((sum, xi) => sum + (xi - mx) ** 2, 0);
}

export function row(name, ...cells) {
  console.log(`${name.padEnd(46)}${cells.map((cell) => String(cell).padStart(14)).join("")}`);
}

export const fixed = (value, digits = 2) => value.toFixed(digits);
