/**
 * base: `exp`, `log`, `pow`, `sin`, `cos` with fixed bits. ECMAScript leaves the last bits of its own to the host, so two
 * honest hosts would step apart. A binary64 goes in, a binary64 comes out, each less than 0.56 ulp from the true value.
 *
 * The bits are those of the C library of most servers, and so of the frameworks that call it: glibc 2.28 and later on x86-64
 * processors with fused multiply-add; without it, glibc ends in the next bit for at most 1 of 1,000 arguments. NumPy and
 * PyTorch have other functions for arrays. Each file names its source. They use only operations whose result IEEE 754 fixes
 * exactly (`+ - * /`, comparison, floor) and access to a number's bits, so the same program in WebAssembly gives the same
 * bits.
 */
export { exp } from "./exp.ts";
export { log } from "./log.ts";
export { pow } from "./pow.ts";
export { cos, sin } from "./trig.ts";
