/** The public face of what needs Node: `optseal/node`. */
export { folderStore } from "./trust/folder-store.ts";
