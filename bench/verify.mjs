/**
 * Verification, from bytes to a checked program, against the bare Ed25519 check of node:crypto on the same bytes (with its
 * key object made beforehand). Also how the cost grows with the size of the spec.
 */
import { createPublicKey, verify } from "node:crypto";
import { exportPublicKey, open, pae, parseEnvelope } from "optseal";
import { compare, fixed, growth, row } from "./measure.mjs";
import { gates, pair, spec, statement } from "./setting.mjs";

const raw = exportPublicKey(pair.publicKey);
const SPKI = Buffer.from("302a300506032b6570032100", "hex");
const key = createPublicKey({ key: Buffer.concat([SPKI, raw]), format: "der", type: "spki" });

/** The same signature over the same bytes, and nothing else. */
function bareCheck(bytes) {
  const { payloadType, payload, signatures } = parseEnvelope(bytes);
  const [message, signature] = [pae(payloadType, payload), signatures[0].sig];
  return () => {
    if (!verify(null, message, key, signature)) throw new Error("does not verify");
  };
}

console.log("bytes to Checked, as a ratio to node:crypto's signature check on the same bytes\n");
row("", "bytes", "us", "bare, us", "ratio");
for (const form of ["binary", "json"]) {
  const bytes = await statement(spec(1), 1, form);
  const setting = gates();
  const again = await compare(() => open(bytes, setting), bareCheck(bytes));
  row(
    `${form}, heard before (every worker's message)`,
    bytes.length,
    fixed(again.subject, 1),
    fixed(again.peer, 1),
    fixed(again.ratio),
  );

  const [pairs, calls, warmup] = [40, 20, 8];
  const count = (pairs + warmup) * calls;
  const news = await Promise.all(
    Array.from({ length: count }, (_, i) => statement(spec(1, 0.1 + i * 1e-6), i + 1, form)),
  );
  const fresh = gates();
  let next = 0;
  const first = await compare(() => open(news[next++], fresh), bareCheck(bytes), { pairs, calls, warmup });
  row(
    `${form}, never heard before`,
    bytes.length,
    fixed(first.subject, 1),
    fixed(first.peer, 1),
    fixed(first.ratio),
  );
}

console.log("\ngrowth with the number of groups (binary, never heard before)\n");
row("groups", "bytes", "us", "bare, us", "ratio");
const sizes = [64, 256, 1024];
const times = [];
const lengths = [];
for (const groups of sizes) {
  const messages = await Promise.all(
    Array.from({ length: 28 }, (_, i) => statement(spec(groups, 0.1 + i * 1e-6), i + 1, "binary")),
  );
  const setting = gates();
  let next = 0;
  const result = await compare(() => open(messages[next++], setting), bareCheck(messages[0]), {
    pairs: 24,
    calls: 1,
    warmup: 4,
  });
  times.push(result.subject);
  lengths.push(messages[0].length);
  row(
    String(groups),
    messages[0].length,
    fixed(result.subject, 0),
    fixed(result.peer, 0),
    fixed(result.ratio),
  );
}
console.log(`\ngrowth exponent of time over bytes: ${fixed(growth(lengths, times))}`);
