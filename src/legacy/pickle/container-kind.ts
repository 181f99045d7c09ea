/** legacy: files that are no pickles by their first bytes. In: bytes. Out: what they look like. */

interface Magic {
  readonly what: string;
  readonly bytes: readonly number[];
  readonly offset?: number;
}

const MAGIC: readonly Magic[] = [
  { what: "a zip archive, as torch.save, numpy.savez and Keras write", bytes: [0x50, 0x4b, 0x03, 0x04] },
  { what: "an empty zip archive", bytes: [0x50, 0x4b, 0x05, 0x06] },
  { what: "a 7z archive", bytes: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c] },
  { what: "a numpy array file", bytes: [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] },
  { what: "a gzip stream", bytes: [0x1f, 0x8b] },
  { what: "a bzip2 stream", bytes: [0x42, 0x5a, 0x68] },
  { what: "an xz stream", bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
  { what: "a zstd stream", bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { what: "an HDF5 file", bytes: [0x89, 0x48, 0x44, 0x46] },
  { what: "a PNG image", bytes: [0x89, 0x50, 0x4e, 0x47] },
  { what: "a tar archive", bytes: [0x75, 0x73, 0x74, 0x61, 0x72], offset: 257 },
  {
    what: "a file that torch.save wrote before release 1.6",
    bytes: [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e],
  },
];

/** What a file looks like that is no single pickle, or `undefined`. */
export function containerKind(bytes: Uint8Array): string | undefined {
  const found = MAGIC.find(({ bytes: magic, offset = 0 }) => magic.every((b, i) => bytes[offset + i] === b));
  return found?.what;
}
