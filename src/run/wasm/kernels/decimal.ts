export const DECIMAL: readonly string[] = Object.freeze([]);
