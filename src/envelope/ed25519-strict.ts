/**
 * envelope: the checks that make one accept set of every Ed25519 implementation. In: the bytes of a public key or of a
 * signature. Out: whether a backend may see them at all. Together with a verification without cofactor (RFC 8032 section
 * 5.1.7, the byte comparison of R) they refuse S of L or more, points with y of p or more, and the 14 encodings of the
 * 8 points of small order, as A and as R alike. Whether A is on the curve is the backend's to find.
 */
import { fromHex } from "../base/bytes.ts";
import { bug } from "../base/errors.ts";

/** Bytes of a public key, of a seed and of half a signature. */
export const KEY_BYTES = 32;
/** Bytes of a signature: R, then S. */
export const SIGNATURE_BYTES = 64;

// RFC 8032 section 5.1: L = 2^252 + 27742317777372353535851937790883648493, p = 2^255 - 19, both little-endian here.
const L = bytesOf("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
const P = bytesOf("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");

// The y coordinates below p of the points whose order divides 8: order 4, 1, 2, 8 and 8. Either sign of x has small order,
// and where x is 0 the other sign is an alias of the same point, so the sign bit plays no part.
const SMALL_ORDER_Y: readonly Uint8Array[] = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
].map(bytesOf);

function bytesOf(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes === undefined) throw bug("a constant of Ed25519 is no hexadecimal");
  return bytes;
}

/** Whether 32 little-endian bytes from `start`, the highest bit masked off by `mask`, are below `bound`. */
function isBelow(bytes: Uint8Array, start: number, mask: number, bound: Uint8Array): boolean {
  for (let i = KEY_BYTES - 1; i >= 0; i--) {
    const byte = i === KEY_BYTES - 1 ? bytes[start + i]! & mask : bytes[start + i]!;
    if (byte !== bound[i]) return byte < bound[i]!;
  }
  return false;
}

function isY(bytes: Uint8Array, y: Uint8Array): boolean {
  for (let i = 0; i < KEY_BYTES - 1; i++) if (bytes[i] !== y[i]) return false;
  return (bytes[KEY_BYTES - 1]! & 0x7f) === y[KEY_BYTES - 1];
}

/** Whether the first 32 bytes encode a y coordinate below p = 2^255 - 19, whatever the sign bit. */
export function isCanonicalPoint(bytes: Uint8Array): boolean {
  return bytes.length >= KEY_BYTES && isBelow(bytes, 0, 0x7f, P);
}

/** Whether the first 32 bytes, y below p, encode a point whose order divides 8, or an alias of one. */
export function isSmallOrder(bytes: Uint8Array): boolean {
  return SMALL_ORDER_Y.some((y) => isY(bytes, y));
}

/** Whether a public key may be given to a backend: 32 bytes, canonical, not of small order. */
export function isStrictKey(publicKey: Uint8Array): boolean {
  return publicKey.length === KEY_BYTES && isCanonicalPoint(publicKey) && !isSmallOrder(publicKey);
}

/** Whether a signature may be given to a backend: 64 bytes, R canonical and not of small order, S below L. */
export function isStrictSignature(signature: Uint8Array): boolean {
  return (
    signature.length === SIGNATURE_BYTES &&
    isBelow(signature, KEY_BYTES, 0xff, L) &&
    isCanonicalPoint(signature) &&
    !isSmallOrder(signature)
  );
}
