/** The public face of what needs Node: `optseal/node`. */
export { folderStore } from "./trust/folder-store.ts";
export type { RedisStore } from "./trust/redis-store.ts";
export { redisStore } from "./trust/redis-store.ts";
