/** trust: the payload type of each kind of signed document, so that none can be presented as another. */

/** The kinds of signed documents, each with its payload type, compared character by character. */
export const PAYLOAD_TYPES = Object.freeze({
  /** A statement that carries a spec. */
  spec: "application/vnd.optseal.spec.v1+msgpack",
  /** A statement that carries an amendment. */
  amendment: "application/vnd.optseal.amendment.v1+msgpack",
  /** A statement that orders a checkpoint. */
  checkpoint: "application/vnd.optseal.checkpoint.v1+msgpack",
  /** What a server says of the files of its checkpoint. */
  manifest: "application/vnd.optseal.manifest.v1+msgpack",
  /** A trust document. */
  trust: "application/vnd.optseal.trust.v1+msgpack",
});
