/** Test help: values as the JSON of the vector files writes them. */

/** Turns `{"$bytes": hex}` and `{"$number": text}` into what they stand for, maps into objects without a prototype. */
export function fromVector(json: unknown): unknown {
  if (typeof json !== "object" || json === null) return json;
  if (Array.isArray(json)) return json.map(fromVector);
  const entries = Object.entries(json);
  if (entries.length === 1 && entries[0]?.[0] === "$bytes")
    return Uint8Array.from(Buffer.from(String(entries[0][1]), "hex"));
  if (entries.length === 1 && entries[0]?.[0] === "$number") return Number(entries[0][1]);
  const map = Object.create(null);
  for (const [key, value] of entries) map[key] = fromVector(value);
  return map;
}
