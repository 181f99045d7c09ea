/**
 * trust: statements. In: a spec, an amendment or an order to save and what is claimed of it, or a payload that was signed. Out:
 * the payload's bytes, the canonical MessagePack of `{optseal: 1, claims, spec}`, with `amendment` or `checkpoint` in its place,
 * or the statement that they spell.
 */
import type { Digest } from "../base/digest.ts";
import type { Issue } from "../base/errors.ts";
import { deepFreeze } from "../base/gate.ts";
import type { Validator } from "../base/schema.ts";
import { schemaIssues } from "../base/schema.ts";
import { amendmentSchema, checkpointSchema, specSchema, statementSchema } from "../base/schemas.gen.ts";
import { decode } from "../codec/decode.ts";
import { encode } from "../codec/encode.ts";
import type { Amendment } from "../spec/amendment.ts";
import { SpecError } from "../spec/errors.ts";
import type { Claims } from "../spec/gates.ts";
import type { Spec } from "../spec/tree.ts";
import type { TrustIssue } from "./errors.ts";
import { refuseIfAny } from "./errors.ts";

/** A spec and what is claimed of it. */
export interface Statement {
  readonly optseal: 1;
  readonly claims: Claims;
  readonly spec: Spec;
}

/** An amendment and what is claimed of it. */
export interface AmendmentStatement {
  readonly optseal: 1;
  readonly claims: Claims;
  readonly amendment: Amendment;
}

/** An order to save the state, and what is claimed of it. */
export interface CheckpointStatement {
  readonly optseal: 1;
  readonly claims: Claims;
  readonly checkpoint: {
    /** The digest of the spec in force, with all amendments. */
    readonly spec: Digest;
  };
}

/** Each kind of statement by the field that holds what is said. */
interface Statements {
  readonly spec: Statement;
  readonly amendment: AmendmentStatement;
  readonly checkpoint: CheckpointStatement;
}
const SCHEMAS: { readonly [K in keyof Statements]: Validator } = {
  spec: specSchema,
  amendment: amendmentSchema,
  checkpoint: checkpointSchema,
};

const COUNTS = ["sequence", "issued", "expires"] as const;

/** JSON Schema takes minus zero for zero; as bytes they are two spellings of one claim. */
function minusZeros(claims: Claims): readonly TrustIssue[] {
  return COUNTS.filter((name) => Object.is(claims[name], -0)).map((name) => ({
    code: "statement",
    message: "minus zero is no count",
    path: `claims.${name}`,
  }));
}

/** @throws TrustError `statement`, `lifetime`; SpecError `schema` with paths inside what is said */
function checkStatement<K extends keyof Statements>(value: unknown, kind: K): Statements[K] {
  refuseIfAny(schemaIssues(statementSchema, value, "statement"));
  const statement = value as { readonly claims: Claims } & { readonly [K in keyof Statements]?: unknown };
  const { claims } = statement;
  if (statement[kind] === undefined)
    refuseIfAny([{ code: "statement", message: `the statement holds no ${kind}`, path: kind }]);
  refuseIfAny(minusZeros(claims));
  if (claims.expires <= claims.issued)
    refuseIfAny([
      { code: "lifetime", message: "the statement expires before it is issued", path: "claims.expires" },
    ]);
  const [first, ...rest]: readonly Issue<"schema">[] = schemaIssues(SCHEMAS[kind], statement[kind], "schema");
  if (first !== undefined) throw new SpecError([first, ...rest]);
  return value as Statements[K];
}

/**
 * The payload of a statement, to be signed with the payload type `PAYLOAD_TYPES.spec`.
 * @param spec fits its schema, with trees and digests in place: what `author` returns
 * @param claims times in whole seconds since 1970-01-01 UTC; `sequence` from 0, each new statement of a job above the last
 * @throws TrustError `statement`, `lifetime`; SpecError `schema`; CodecError for what is no plain data
 */
export function makeStatement(spec: Spec, claims: Claims): Uint8Array {
  const payload = encode({ optseal: 1, claims, spec });
  readStatement(payload);
  return payload;
}

/**
 * The statement that a payload spells. Nobody else holds what is returned.
 * @throws CodecError, TrustError `statement`, `lifetime`, SpecError `schema`
 */
export function readStatement(payload: Uint8Array): Statement {
  return checkStatement(decode(payload), "spec");
}

/** As `makeStatement`, for an amendment and the payload type `PAYLOAD_TYPES.amendment`. */
export function makeAmendment(amendment: Amendment, claims: Claims): Uint8Array {
  const payload = encode({ optseal: 1, claims, amendment });
  readAmendment(payload);
  return payload;
}

/** As `readStatement`, of an amendment. */
export function readAmendment(payload: Uint8Array): AmendmentStatement {
  return checkStatement(decode(payload), "amendment");
}

/** As `makeStatement`, for an order to save the state by the spec of this digest and the payload type `PAYLOAD_TYPES.checkpoint`. */
export function makeCheckpoint(spec: Digest, claims: Claims): Uint8Array {
  const payload = encode({ optseal: 1, claims, checkpoint: { spec } });
  readCheckpoint(payload);
  return payload;
}

/** As `readStatement`, of an order to save. */
export function readCheckpoint(payload: Uint8Array): CheckpointStatement {
  return checkStatement(decode(payload), "checkpoint");
}

/** Every worker of a job sends the same statement, and sends it again after each restart. */
const MOST_REMEMBERED = 16;
const LARGEST_REMEMBERED = 1 << 16;
const remembered = new Map<Digest, Statement>();

/**
 * As `readStatement`, and remembered: the same digest gives the same frozen object, so that what follows from the spec
 * alone is found once. `digest` is that of `payload`, by whoever has just computed it.
 */
export function recallStatement(payload: Uint8Array, digest: Digest): Statement {
  const known = remembered.get(digest);
  if (known !== undefined) return known;
  const statement = deepFreeze(readStatement(payload));
  if (payload.length > LARGEST_REMEMBERED) return statement;
  const [oldest] = remembered.keys();
  if (oldest !== undefined && remembered.size >= MOST_REMEMBERED) remembered.delete(oldest);
  remembered.set(digest, statement);
  return statement;
}
