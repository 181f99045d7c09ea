/** legacy: what each opcode does to the machine, by the name that the table of opcodes uses. */
import { OBJECT_LOADERS } from "./load-objects.ts";
import { VALUE_LOADERS } from "./load-values.ts";

export const LOADERS = { ...VALUE_LOADERS, ...OBJECT_LOADERS } as const;
