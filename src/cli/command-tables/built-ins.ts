/** cli: commands for the built-ins, and curves of rates. One row each; a command's own file is loaded only when it is called. */
import type { Command } from "../command.ts";
import { FORCE, JSON_OUT } from "../options.ts";

export const BUILT_IN_COMMANDS: readonly Command[] = [
  {
    name: "list",
    about: "name the built-in rules and schedules",
    takes: [{ name: "WORD", optional: true, many: true }],
    options: [JSON_OUT],
    notes: [
      "`rules` or `schedules` names those only; other words choose what has all of them in its name or source: optseal list schedules torch. A terminal shows sources too, a pipe names alone",
    ],
    load: () => import("../commands/list.ts"),
  },
  {
    name: "show",
    about: "print the text of a built-in",
    takes: [{ name: "NAME" }],
    options: [],
    notes: ["The SHA-256 of what is printed is the digest that specs carry: optseal show NAME | sha256sum"],
    load: () => import("../commands/show.ts"),
  },
  {
    name: "plot",
    about: "draw the learning-rate curve of a spec",
    takes: [{ name: "SPEC" }],
    options: [
      { name: "updates", takes: "N", about: "how far (default: until the schedule has run its course)" },
      { name: "svg", takes: "F", about: "write an SVG image instead of drawing in the terminal" },
      FORCE,
    ],
    notes: [
      "Tells in words what the schedule does, and marks those points. ASCII where the locale is not UTF-8.",
    ],
    load: () => import("../commands/plot.ts"),
  },
];
