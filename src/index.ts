/**
 * optseal: signed, declarative optimizer specifications. The exports stand in the order of the data's way: author, spec, codec,
 * envelope, trust, check, run, state; then legacy files.
 */

// open and sign: the whole way in one call, from either end
export type { Amended } from "./amend.ts";
export { amend, signAmendment } from "./amend.ts";
export type { OpenedManifest, OpenManifestOptions } from "./checkpoint.ts";
export { openCheckpoint, openManifest, signCheckpoint, signManifest } from "./checkpoint.ts";
export type { OpenAmendedOptions, Opened, OpenedAmended, OpenOptions } from "./open.ts";
export { open, openAmended } from "./open.ts";
export { sign } from "./sign.ts";

// author
export { author } from "./author/author.ts";
export { builtInNamed } from "./author/built-in-named.ts";
export { tuplesOf } from "./author/forms.ts";
export type { PresetHyper, RulePreset, SchedulePreset } from "./author/preset.ts";
export {
  arxiv,
  deepspeed,
  keras,
  mxnet,
  mxnet1_0,
  mxnet1_1,
  mxnet1_3,
  mxnet1_4,
  mxnet1_5,
  mxnet1_6,
  mxnet2,
  optax,
  tfjs,
  torch,
  transformers,
} from "./author/presets.gen.ts";
export { writeAmendmentYaml, writeYaml } from "./author/yaml.ts";

// spec
export type { Amendment, GroupChange } from "./spec/amendment.ts";
export type { SpecCode } from "./spec/errors.ts";
export { SpecError } from "./spec/errors.ts";
export type { Admitted, Authored, Checked, Claims } from "./spec/gates.ts";
export type { OptimizerState, SlotValue } from "./spec/optimizer-state.ts";
export { matches } from "./spec/match.ts";
export { parseRule, parseSchedule } from "./spec/parse.ts";
export { print, ruleDigest } from "./spec/print.ts";
export type { Binding, Cost, Program, ScheduleProgram } from "./spec/program.ts";
export type * from "./spec/tree.ts";
export type { BuiltIn } from "./rules/built-in.ts";
export { findRule, findSchedule, ruleNames, scheduleNames } from "./rules/built-in.ts";

// codec
export { decode } from "./codec/decode.ts";
export { documentDigest } from "./codec/document-digest.ts";
export { encode } from "./codec/encode.ts";
export type { CodecCode } from "./codec/errors.ts";
export { CodecError } from "./codec/errors.ts";
export type { Value } from "./codec/value.ts";
export type { Limits } from "./base/limits.ts";
export { DEFAULT_LIMITS } from "./base/limits.ts";

// envelope
export { ed25519 } from "./envelope/ed25519.ts";
export type { BackendName, Ed25519Backend } from "./envelope/ed25519-backend.ts";
export type { Envelope, EnvelopeForm } from "./envelope/envelope.ts";
export type { EnvelopeCode } from "./envelope/errors.ts";
export { EnvelopeError } from "./envelope/errors.ts";
export { encodeEnvelope, parseEnvelope } from "./envelope/forms.ts";
export type { KeyPair, OwnedPublicKey, OwnedSecretKey } from "./envelope/key-file.ts";
export {
  formatPublicKey,
  formatSecretKey,
  generateKey,
  parsePublicKeyFile,
  parseSecretKeyFile,
} from "./envelope/key-file.ts";
export type { PublicKey, SecretKey } from "./envelope/keys.ts";
export { exportPublicKey, importPublicKey, importSecretKey, keyId, publicKeyOf } from "./envelope/keys.ts";
export { pae } from "./envelope/pae.ts";
export type { SignOptions } from "./envelope/sign.ts";
export { addSignature, signEnvelope } from "./envelope/sign.ts";
export type { Verified, VerifyOptions } from "./envelope/verify.ts";
export { verifyEnvelope } from "./envelope/verify.ts";

// trust
export type { AdmitOptions } from "./trust/admit.ts";
export { admit } from "./trust/admit.ts";
export type { AdmitCheckpointOptions, Ordered } from "./trust/admit-checkpoint.ts";
export type { AdmittedManifest } from "./trust/admit-manifest.ts";
export type { TrustDocument } from "./trust/document.ts";
export type { TrustCode } from "./trust/errors.ts";
export { TrustError } from "./trust/errors.ts";
export type { Manifest } from "./trust/manifest.ts";
export { makeManifest, readManifest } from "./trust/manifest.ts";
export { PAYLOAD_TYPES } from "./trust/payload-types.ts";
export type { AmendPolicy, Policy } from "./trust/policy.ts";
export type { AmendmentStatement, CheckpointStatement, Statement } from "./trust/statement.ts";
export {
  makeAmendment,
  makeCheckpoint,
  makeStatement,
  readAmendment,
  readCheckpoint,
  readStatement,
} from "./trust/statement.ts";
export type { Accepted, Scope, SequenceStore } from "./trust/store.ts";
export { memoryStore } from "./trust/store.ts";
export type { Trust } from "./trust/trust.ts";
export { makeTrust, readTrust, signTrust } from "./trust/trust.ts";

// check
export type { CheckOptions } from "./check/check.ts";
export { check } from "./check/check.ts";
export type { CheckCode } from "./check/errors.ts";
export { CheckError } from "./check/errors.ts";

// run
export type { Gradients } from "./run/asking.ts";
export type { RunCode } from "./run/errors.ts";
export { RunError } from "./run/errors.ts";
export type { CompiledRule, Optimizer, Parameters } from "./run/optimizer.ts";
export { compile } from "./run/optimizer.ts";
export { priceOf } from "./run/price.ts";
export type { WasmOptimizer, WasmOptions, WasmRule } from "./run/host/compile-wasm.ts";
export { compileWasm } from "./run/host/compile-wasm.ts";
export type { ModuleOptions, WasmModule } from "./run/wasm/module.ts";
export { writeModule } from "./run/wasm/module.ts";
export type { Key, Parameter } from "./run/parameters.ts";
export type { Half, Numbers } from "./run/precision.ts";
export type { RowGradient } from "./run/rows.ts";

// state
export type { FileFacts } from "./base/file-facts.ts";
export { readState, writeState } from "./state/checkpoint.ts";
export type { StateCode } from "./state/errors.ts";
export { StateError } from "./state/errors.ts";
export type { Safetensors } from "./state/safetensors.ts";
export { readSafetensors, readSafetensorsHeader, writeSafetensors } from "./state/safetensors.ts";
export type { Dtype, Tensor } from "./state/tensor.ts";

// legacy
export type { Conversion, ConvertOptions } from "./legacy/convert.ts";
export { convert } from "./legacy/convert.ts";
export type { LegacyCode } from "./legacy/errors.ts";
export { LegacyError } from "./legacy/errors.ts";
export type { Fact } from "./legacy/pickle/facts.ts";
export type { Survey } from "./legacy/pickle/read.ts";
export { readPickle, surveyPickle } from "./legacy/pickle/read.ts";
export type { Report, ReportEntry } from "./legacy/report.ts";
export { ConversionError } from "./legacy/report.ts";
export type { ScanGlobal, ScanOptions, ScanResult } from "./legacy/scan.ts";
export { scan } from "./legacy/scan.ts";

// what all refusals have in common
export type { Issue, Stage } from "./base/errors.ts";
export { describe, StageError } from "./base/errors.ts";
export { didYouMean } from "./base/nearest.ts";
export { timeText } from "./base/time.ts";
