/** Refusals a second, in one thread, and each as a ratio to the bare signature check of a good message. */
import { createPublicKey, randomBytes, verify } from "node:crypto";
import {
  encodeEnvelope,
  exportPublicKey,
  generateKey,
  open,
  pae,
  parseEnvelope,
  StageError,
  signEnvelope,
} from "optseal";
import { compare, fixed, row } from "./measure.mjs";
import { gates, pair, spec, statement } from "./setting.mjs";

const SPKI = Buffer.from("302a300506032b6570032100", "hex");
const key = createPublicKey({
  key: Buffer.concat([SPKI, exportPublicKey(pair.publicKey)]),
  format: "der",
  type: "spki",
});
const good = await statement(spec(1), 1, "json");
const { payloadType, payload, signatures } = parseEnvelope(good);
const message = pae(payloadType, payload);
const bare = () => verify(null, message, key, signatures[0].sig);

const text = Buffer.from(good).toString("ascii");
const wrong = Buffer.from(signatures[0].sig);
wrong[40] ^= 1;
const stranger = await generateKey("stranger");
const strange = encodeEnvelope(await signEnvelope({ payloadType, payload }, stranger.secretKey));
const MESSAGES = {
  "garbage (400 random bytes)": randomBytes(400),
  "a pickle": Buffer.from("cos\nsystem\n(S'id'\ntR."),
  "unsigned (no signatures)": Buffer.from(text.replace(/"signatures":\[.*\]/, '"signatures":[]')),
  "signed by a stranger": strange,
  "badly signed": Buffer.from(text.replace(/"sig":"[^"]+"/, `"sig":"${wrong.toString("base64")}"`)),
};

row("", "per second", "code", "ratio to bare");
for (const [name, bytes] of Object.entries(MESSAGES)) {
  const setting = gates();
  let code = "";
  const refuse = async () => {
    try {
      await open(bytes, setting);
      throw new Error(`accepted: ${name}`);
    } catch (error) {
      if (!(error instanceof StageError)) throw error;
      code = error.code;
    }
  };
  const { subject, ratio } = await compare(refuse, bare);
  row(name, Math.round(1e6 / subject), code, fixed(ratio));
}
