/** legacy: the releases of MXNet that pickled optimizers, in their order. Between two of them, classes and fields came and went. */

export const RELEASES = [
  "mxnet-1.0",
  "mxnet-1.1",
  "mxnet-1.2",
  "mxnet-1.3",
  "mxnet-1.4",
  "mxnet-1.5",
  "mxnet-1.6",
  "mxnet-1.7",
  "mxnet-1.8",
  "mxnet-1.9",
  "mxnet-2.0",
] as const;

export type Release = (typeof RELEASES)[number];

/** A release without the framework, as tables write it. */
export type ReleaseNumber = Release extends `mxnet-${infer N}` ? N : never;

/** A run of releases, both ends included. */
export interface Era {
  readonly first: number;
  readonly last: number;
}

const placeOf = (number: ReleaseNumber): number => RELEASES.indexOf(`mxnet-${number}` as Release);

/** From one release to another; without ends, all of them. */
export function era(from: ReleaseNumber = "1.0", to: ReleaseNumber = "2.0"): Era {
  return { first: placeOf(from), last: placeOf(to) };
}

export const ALWAYS: Era = era();

/** Whether a release is of an era. */
export function isOf(release: Release, { first, last }: Era): boolean {
  const place = RELEASES.indexOf(release);
  return place >= first && place <= last;
}

/** Whether a text names a release. */
export function isRelease(text: string): text is Release {
  return (RELEASES as readonly string[]).includes(text);
}

const numberOf = (release: Release | undefined): string => (release ?? "").replace("mxnet-", "");

/** An era in words: `1.6 to 1.9`, `2.0`. */
export function eraInWords({ first, last }: Era): string {
  const [from, to] = [numberOf(RELEASES[first]), numberOf(RELEASES[last])];
  return from === to ? from : `${from} to ${to}`;
}

/** Releases in words: `1.6 to 1.9`, `1.0 or 1.2`. */
export function releasesInWords(releases: readonly Release[]): string {
  const runs: Era[] = [];
  for (const place of releases.map((release) => RELEASES.indexOf(release))) {
    const run = runs.at(-1);
    if (run?.last === place - 1) runs[runs.length - 1] = { first: run.first, last: place };
    else runs.push({ first: place, last: place });
  }
  return runs.map(eraInWords).join(" or ");
}
