/**
 * cli: all commands, in the order of help. Nothing here imports the library, so that starting takes no longer than it must.
 */
import type { Command } from "./command.ts";
import { BUILT_IN_COMMANDS } from "./command-tables/built-ins.ts";
import { SERVER_COMMANDS } from "./command-tables/servers.ts";
import { SPEC_COMMANDS } from "./command-tables/specs.ts";
import { STATEMENT_COMMANDS } from "./command-tables/statements.ts";
import { TRUST_COMMANDS } from "./command-tables/trust.ts";

export const COMMANDS: readonly Command[] = [
  ...TRUST_COMMANDS,
  ...SPEC_COMMANDS,
  ...STATEMENT_COMMANDS,
  ...SERVER_COMMANDS,
  ...BUILT_IN_COMMANDS,
];
