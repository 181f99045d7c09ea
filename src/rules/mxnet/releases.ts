/**
 * rules: which text is in force in which release of MXNet. A text bears the name of the last release that computes it so, and
 * holds for all releases after the one that names the class's text before it. Source: apache/mxnet, tags 1.0.0 to 2.0.0.beta1.
 */

const RELEASES = ["1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "1.8", "1.9", "2.0"] as const;
type Release = (typeof RELEASES)[number];

/** The first release that has the class in working order, and the releases that name its texts, in their order. */
interface History {
  readonly since: Release;
  readonly texts: readonly Release[];
  /** The last release that has the class, where its last text holds for longer than its name says. */
  readonly until?: Release;
}

const history = (since: Release, ...texts: readonly Release[]): History => ({ since, texts });

const HISTORIES: ReadonlyMap<string, History> = new Map([
  ["sgd", history("1.0", "1.4", "1.9", "2.0")],
  ["ccsgd", history("1.0", "1.4", "1.9")],
  ["nag", history("1.0", "1.1", "1.4", "1.5", "1.9", "2.0")],
  ["signum", history("1.1", "1.4", "1.9", "2.0")],
  ["ftml", history("1.1", "1.4", "1.9", "2.0")],
  ["lars", history("1.6", "1.9", "2.0")],
  ["lamb", history("1.6", "1.6", "1.9", "2.0")],
  ["lans", history("2.0", "2.0")],
  // 1.2 has LBSGD too, whose constructor raises there.
  ["lbsgd", history("1.3", "1.4", "1.9")],
  ["dcasgd", history("1.0", "1.4", "1.9", "2.0")],
  // 1.0 and 1.1 have SGLD too, which raises there at each update.
  ["sgld", history("1.2", "1.4", "1.9", "2.0")],
  ["adam", history("1.0", "1.4", "1.5", "1.9", "2.0")],
  ["adamw", history("2.0", "2.0")],
  ["adabelief", history("2.0", "2.0")],
  ["adagrad", history("1.0", "1.4", "1.9", "2.0")],
  ["groupadagrad", history("1.4", "1.4", "1.9", "2.0")],
  ["rmsprop", history("1.0", "1.4", "1.5", "1.9", "2.0")],
  ["adadelta", history("1.0", "1.4", "1.9", "2.0")],
  ["ftrl", history("1.0", "1.4", "1.9", "2.0")],
  ["adamax", history("1.0", "1.4", "1.9", "2.0")],
  ["nadam", history("1.0", "1.0", "1.4", "1.9", "2.0")],
  ["test", history("1.0", "1.9", "2.0")],
  ["_assignmentoptimizer", history("1.4", "1.9")],
  ["factorscheduler", { ...history("1.0", "1.3", "1.9"), until: "2.0" }],
  ["multifactorscheduler", { ...history("1.0", "1.3", "1.9"), until: "2.0" }],
  ["polyscheduler", { ...history("1.2", "1.3", "1.9"), until: "2.0" }],
  ["cosinescheduler", { ...history("1.4", "1.9"), until: "2.0" }],
]);

const order = (release: Release): number => RELEASES.indexOf(release);
const lastOf = ({ texts, until }: History): Release => until ?? (texts.at(-1) as Release);

/** Release, class and the class's history, where the name is of MXNet and the class is known. */
function parts(name: string) {
  const [, said, className] = /^mxnet-([^/]+)\/(.+)$/.exec(name) ?? [];
  const release = RELEASES.find((known) => known === said);
  const found = className === undefined ? undefined : HISTORIES.get(className);
  return className === undefined || found === undefined ? undefined : { said, release, className, found };
}

/** The name of the text in force for `mxnet-<release>/<class>`; any other name as it is. */
export function inForce(name: string): string {
  const { release, className, found } = parts(name) ?? {};
  if (release === undefined || found === undefined) return name;
  if (order(release) < order(found.since) || order(release) > order(lastOf(found))) return name;
  const text = found.texts.find((last) => order(release) <= order(last)) ?? found.texts.at(-1);
  return `mxnet-${text}/${className}`;
}

/** The releases that a text of MXNet holds for, such as `1.6 to 1.9`; `undefined` for any other name. */
export function releasesOf(name: string): string | undefined {
  const { release, found } = parts(name) ?? {};
  const at = release === undefined || found === undefined ? -1 : found.texts.indexOf(release);
  if (found === undefined || at < 0) return undefined;
  const before = found.texts[at - 1];
  const first = before === undefined ? found.since : (RELEASES[order(before) + 1] as Release);
  const last = at === found.texts.length - 1 ? lastOf(found) : (release as Release);
  return first === last ? first : `${first} to ${last}`;
}

/** For a class of MXNet in a release that does not have it in working order: in which ones it is. */
export function whereItIs(name: string): string | undefined {
  const known = parts(name);
  if (known === undefined || inForce(name) !== name || releasesOf(name) !== undefined) return undefined;
  const { className, found } = known;
  const [first, last] = [found.since, lastOf(found)];
  return `MXNet has \`${className}\` in working order ${first === last ? `in ${first}` : `from ${first} to ${last}`}`;
}
