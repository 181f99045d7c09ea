/** Turns: the subject before and after each peer, round after round. Out: times of an update, and ratios of neighbours in time. */

import { setTimeout } from "node:timers/promises";

/** Nanoseconds that a turn's counted updates take at least. */
const TURN = 2e7;
/** A part of the counted updates is made before them uncounted: threads wake up, and the caches fill, as in a long run. */
const LEAD = 1 / 8;
const MOST_STEPS = 1e6;

const timeOf = async ({ worker }, untimed, timed) =>
  Number(await worker.ask(`run ${untimed} ${timed}`)) / timed;

/** Before a turn, so that threads of the one before have stopped to wait for more work at full speed. */
const PAUSE_MS = 5;

/** How many updates a turn has. Several tries of short ones, so that what is compiled while it runs is compiled. */
async function stepsOf(participant) {
  let steps = 1;
  for (let tries = 0; ; tries++) {
    const time = await timeOf(participant, 0, steps);
    const enough = Math.min(MOST_STEPS, Math.max(1, Math.ceil(TURN / time)));
    if ((tries >= 2 || time > TURN) && enough <= steps * 1.5)
      return { steps: enough, turn: time * enough * (1 + LEAD) };
    steps = enough;
  }
}

/** So many rounds as fit into `seconds`, within the limits. */
function roundsIn(seconds, [subject, ...peers], { least, most }) {
  const round = peers.reduce((sum, { turn }) => sum + turn + subject.turn, subject.turn);
  return Math.min(most, Math.max(least, Math.round((seconds * 1e9) / round)));
}

/**
 * @param participants processes that are ready, the subject first
 * @returns by name, the times of an update in nanoseconds, one for each turn, and ratios to the subject's turns beside each
 */
export async function takeTurns(participants, { seconds, least, most }) {
  const ready = [];
  for (const one of participants) ready.push({ ...one, ...(await stepsOf(one)) });
  const turn = async (one) => {
    await setTimeout(PAUSE_MS);
    return timeOf(one, Math.floor(one.steps * LEAD), one.steps);
  };
  const [subject, ...peers] = ready;
  const rounds = roundsIn(seconds, ready, { least, most });
  const times = { [subject.name]: [], ...Object.fromEntries(peers.map(({ name }) => [name, []])) };
  const ratios = Object.fromEntries(peers.map(({ name }) => [name, []]));
  const own = times[subject.name];
  own.push(await turn(subject));
  for (let round = 0; round < rounds; round++) {
    if (peers.length === 0) own.push(await turn(subject));
    for (const one of peers) {
      const time = await turn(one);
      own.push(await turn(subject));
      times[one.name].push(time);
      ratios[one.name].push((2 * time) / (own.at(-2) + own.at(-1)));
    }
  }
  return { rounds, times, ratios };
}
