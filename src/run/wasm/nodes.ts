/**
 * run: a body's expressions as values: each worked out once, whatever the number of places that name it. Scalars of constants
 * alone are worked out here, by the operation's own definition.
 */
import { bug } from "../../base/errors.ts";
import type { Elementwise, ListLookup, Operation } from "../../spec/operations/operation.ts";
import type { TensorShape } from "../../spec/types.ts";

interface Common {
  readonly id: number;
}

export type Scalar = Common & { readonly boolean: boolean } & (
    | { readonly kind: "constant"; readonly value: number }
    /** A cell of the frame or of the shared scalars, as it stands when the function begins. */
    | { readonly kind: "input"; readonly cell: string; readonly era: number }
    | { readonly kind: "scalar"; readonly operation: Elementwise; readonly operands: readonly Scalar[] }
    | {
        readonly kind: "lookup";
        readonly operation: ListLookup;
        readonly list: readonly number[];
        readonly operand: Scalar;
      }
    | { readonly kind: "fold"; readonly operation: Operation; readonly operand: Tensor }
  );

export type Tensor = Common & {
  readonly shape: TensorShape;
  readonly mask: boolean;
} /** A place in memory, as it stands at the beginning of a block. */ & (
    | { readonly kind: "load"; readonly place: string; readonly era: number }
    | { readonly kind: "splat"; readonly operand: Scalar }
    | { readonly kind: "each"; readonly name: string; readonly operands: readonly Tensor[] }
    | { readonly kind: "whole"; readonly operation: Operation; readonly operands: readonly Tensor[] }
    | { readonly kind: "noise"; readonly operands: readonly Scalar[] }
  );

export type Kept = Scalar | Tensor;

export const isScalar = (value: Kept): value is Scalar => "boolean" in value;

type Without<T> = T extends Common ? Omit<T, "id"> : never;

/** Makes values; equal ones are one. Operands have lower numbers than what is made of them. */
export class Nodes {
  readonly #known = new Map<string, Kept>();

  #made<T extends Kept>(key: string, value: Without<T>): T {
    const known = this.#known.get(key);
    if (known !== undefined) return known as T;
    const made = { ...value, id: this.#known.size } as unknown as T;
    this.#known.set(key, made);
    return made;
  }

  constant(value: number, boolean = false): Scalar {
    const text = Object.is(value, -0) ? "-0" : String(value);
    return this.#made<Scalar>(`constant ${text} ${boolean}`, { kind: "constant", value, boolean });
  }

  input(cell: string, era: number, boolean = false): Scalar {
    return this.#made<Scalar>(`input ${cell} ${era} ${boolean}`, { kind: "input", cell, era, boolean });
  }

  scalar(operation: Elementwise, operands: readonly Scalar[], boolean: boolean): Scalar {
    if (operands.every((operand) => operand.kind === "constant")) {
      return this.constant(operation.apply(...operands.map((operand) => operand.value)), boolean);
    }
    const key = `scalar ${operation.name} ${ids(operands)}`;
    return this.#made<Scalar>(key, { kind: "scalar", operation, operands, boolean });
  }

  lookup(operation: ListLookup, list: readonly number[], operand: Scalar): Scalar {
    if (operand.kind === "constant") return this.constant(operation.apply(list, operand.value));
    const key = `lookup ${operation.name} ${list.join()} ${operand.id}`;
    return this.#made<Scalar>(key, { kind: "lookup", operation, list, operand, boolean: false });
  }

  fold(operation: Operation, operand: Tensor): Scalar {
    const key = `fold ${operation.name} ${operand.id}`;
    return this.#made<Scalar>(key, { kind: "fold", operation, operand, boolean: false });
  }

  load(place: string, shape: TensorShape, era: number, mask = false): Tensor {
    return this.#made<Tensor>(`load ${place} ${era} ${mask}`, { kind: "load", place, era, shape, mask });
  }

  splat(operand: Scalar, shape: TensorShape): Tensor {
    const key = `splat ${operand.id} ${shape}`;
    return this.#made<Tensor>(key, { kind: "splat", operand, shape, mask: operand.boolean });
  }

  each(name: string, operands: readonly Tensor[], shape: TensorShape, mask: boolean): Tensor {
    const key = `each ${name} ${ids(operands)} ${shape}`;
    return this.#made<Tensor>(key, { kind: "each", name, operands, shape, mask });
  }

  whole(operation: Operation, operands: readonly Tensor[], shape: TensorShape): Tensor {
    const key = `whole ${operation.name} ${ids(operands)}`;
    return this.#made<Tensor>(key, { kind: "whole", operation, operands, shape, mask: false });
  }

  noise(operands: readonly Scalar[], shape: TensorShape): Tensor {
    return this.#made<Tensor>(`noise ${ids(operands)}`, { kind: "noise", operands, shape, mask: false });
  }

  /** A tensor as one of another shape, over which it spreads. */
  spread(value: Kept, shape: TensorShape): Tensor {
    if (isScalar(value)) return this.splat(value, shape);
    return value.shape === shape ? value : this.each("spread", [value], shape, value.mask);
  }
}

const ids = (values: readonly Kept[]): string => values.map(({ id }) => id).join();

/** For places where a type has been proven. */
export function scalarOf(value: Kept): Scalar {
  if (!isScalar(value)) throw bug("a tensor where a scalar should stand");
  return value;
}
