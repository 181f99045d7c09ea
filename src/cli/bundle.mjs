/**
 * cli: how the commands are bundled. In: the checkout's folder. Out: options for esbuild: a small file that parses the words,
 * and chunks that each command shares with others.
 */
import { readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, relative, resolve } from "node:path";

const FROM = /^export (?:type )?\{([^}]*)\} from "([^"]+)";/gm;
const USE = /^(import|export) (type )?\{([^}]*)\} from "([^"]+)";/gm;

const namesIn = (list) =>
  list
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");

/** Where each name of an entry file comes from. */
function originsOf(entry) {
  const origins = new Map();
  for (const [, names, from] of readFileSync(entry, "utf8").matchAll(FROM))
    for (const name of namesIn(names)) origins.set(name, resolve(dirname(entry), from));
  return origins;
}

/**
 * Leads imports past the entry files to the files that make what is imported. esbuild divides files among chunks by who could
 * reach them, and through an entry file everyone reaches all: each command would load every other's part of the library.
 */
function directImports(root) {
  const entries = new Map(
    ["src/index.ts", "src/node.ts"].map((path) => [resolve(root, path), originsOf(resolve(root, path))]),
  );
  const rewrite = (path, text) =>
    text.replaceAll(USE, (line, verb, type, list, from) => {
      const origins = entries.get(resolve(dirname(path), from));
      if (origins === undefined) return line;
      if (type !== undefined) return "";
      return namesIn(list)
        .map((name) => {
          const origin = origins.get(name.split(" as ")[0]);
          if (origin === undefined) throw new Error(`${from} does not export ${name} by name`);
          return `${verb} { ${name} } from "./${relative(dirname(path), origin)}";`;
        })
        .join(" ");
    });
  return {
    name: "direct-imports",
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]src[\\/](?:cli|serve)[\\/].*\.ts$/ }, ({ path }) => ({
        contents: rewrite(path, readFileSync(path, "utf8")),
        loader: "ts",
      }));
    },
  };
}

/** CommonJS packages ask for Node's own modules by `require`, which an ES module does not have: they get them by `import`. */
export const nodeByImport = {
  name: "node-by-import",
  setup({ onResolve, onLoad }) {
    const own = new RegExp(`^(?:node:.+|${builtinModules.join("|")})$`);
    onResolve({ filter: own }, ({ path, kind }) =>
      kind === "require-call" ? { path: path.replace(/^node:/, ""), namespace: "by-require" } : undefined,
    );
    onResolve({ filter: /^by-import:/ }, ({ path }) => ({ path: path.slice(10), namespace: "by-import" }));
    // What is required is what the module exports by default: the object that `require` would give.
    onLoad({ filter: /^/, namespace: "by-require" }, ({ path }) => ({
      contents: `module.exports = require("by-import:${path}").default;`,
    }));
    onLoad({ filter: /^/, namespace: "by-import" }, ({ path }) => ({
      contents: `export { default } from "node:${path}";`,
    }));
  },
};

/** Options for esbuild's `build`; the caller adds where to write. */
export function commandBundle(root) {
  return {
    absWorkingDir: root,
    entryPoints: { optseal: "src/cli/bin.ts" },
    chunkNames: "chunks/[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    charset: "utf8",
    // Names stay, for the stack of a bug report.
    minifyWhitespace: true,
    minifySyntax: true,
    // The package's ES modules: those that Node would take ask for `require`, and come in whole.
    alias: { yaml: resolve(root, "node_modules/yaml/browser/dist/index.js") },
    // Asks for `require` too; only a host without any other Ed25519 loads it.
    external: ["tweetnacl"],
    plugins: [directImports(root), nodeByImport],
  };
}
