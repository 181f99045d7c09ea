/** codec: the part of msgpackr's build without code generation that is used; the package has no types for that entry. */
declare module "msgpackr/unpack-no-eval" {
  export class Unpackr {
    constructor(options: object);
    unpack(bytes: Uint8Array): unknown;
  }
  export function addExtension(extension: object): void;
}
