/**
 * base: `exp`, `log`, `pow`, `sin`, `cos` with fixed bits. ECMAScript leaves the last bits of its own to the host, so two
 * honest hosts would step apart. A binary64 goes in, a binary64 comes out, each less than 1 ulp from the true value.
 *
 * The algorithms and constants are fdlibm's (Sun Microsystems 1993, 2004: `e_exp.c`, `e_log.c`, `e_pow.c`, `k_sin.c`,
 * `k_cos.c`, `e_rem_pio2.c`). They use only operations whose result IEEE 754 fixes exactly (`+ - * /`, square root,
 * comparison, floor) and access to a number's bits, so the same program in WebAssembly gives the same bits.
 */
export { exp, log } from "./exp-log.ts";
export { pow } from "./pow.ts";
export { cos, sin } from "./trig.ts";
