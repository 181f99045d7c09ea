/** run: parameters whose updates are the same arithmetic, element by element, side by side in memory as if they were one. */
import type { Body } from "../../spec/program.ts";
import type { Extent } from "../extent.ts";
import type { Bound } from "../parameters.ts";
import type { Half } from "../precision.ts";
import type { Bodies } from "./bodies.ts";

/** A parameter, and where its elements begin in its pack. */
export interface Member {
  readonly bound: Bound;
  readonly from: number;
}

/** Parameters that are laid out as one. */
export interface Pack extends Bodies {
  readonly members: readonly [Member, ...Member[]];
  readonly extent: Extent;
  /** Whether any part of it can be updated by itself. */
  readonly isElementwise: boolean;
}

/** So that packs go into a memory beside others: 1 GiB of a rule with two slots. */
const MOST_ELEMENTS = 2 ** 26;

/** Packs in the order of their first members: of one group, whose hyperparameters they share, and one body. */
export function packsOf(parameters: readonly Bound[], bodiesFor: (bound: Bound) => Bodies): readonly Pack[] {
  const packs: Draft[] = [];
  const kinds = new Map<Half | undefined, Map<Body, Kind>>();
  for (const bound of parameters) {
    const kindsOf = kinds.get(bound.half) ?? new Map<Body, Kind>();
    kinds.set(bound.half, kindsOf);
    const kind = kindsOf.get(bound.body) ?? kindOf(bodiesFor(bound));
    kindsOf.set(bound.body, kind);
    const { bodies, joins, open } = kind;
    const last = joins ? open.get(bound.group) : undefined;
    if (last !== undefined && last.size + bound.extent.size <= MOST_ELEMENTS) {
      last.members.push({ bound, from: last.size });
      last.size += bound.extent.size;
      continue;
    }
    const pack: Draft = {
      ...bodies,
      members: [{ bound, from: 0 }],
      size: bound.extent.size,
      isElementwise: joins,
    };
    packs.push(pack);
    open.set(bound.group, pack);
  }
  return packs.map(finished);
}

/** What is the same for all parameters of a body. */
interface Kind {
  readonly bodies: Bodies;
  readonly joins: boolean;
  /** The pack that each group fills. */
  readonly open: Map<number, Draft>;
}

const kindOf = (bodies: Bodies): Kind => ({
  bodies,
  joins: bodies.body.elementwise === true,
  open: new Map(),
});

interface Draft extends Bodies, Pick<Pack, "isElementwise"> {
  readonly members: [Member, ...Member[]];
  size: number;
}

function finished({ members, size, ...rest }: Draft): Pack {
  const line = { rank: 1, stack: 1, rows: 1, cols: size, size };
  const extent = members.length === 1 ? members[0].bound.extent : line;
  return { ...rest, members, extent };
}
