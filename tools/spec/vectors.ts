import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What the corpus says of requirements. */
export interface VectorIndex {
  /** How many vectors force each requirement. */
  readonly forcing: ReadonlyMap<string, number>;
  /** Why no vector can force one. */
  readonly excused: ReadonlyMap<string, string>;
}

/** What `conformance-vectors` says of requirements; nothing where there is no corpus. */
export function readVectorIndex(root: string): VectorIndex | undefined {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(root, "conformance-vectors", name), "utf8"));
  if (!existsSync(join(root, "conformance-vectors/index.json"))) return undefined;
  const { clauses } = read("index.json") as { clauses: readonly { id: string; vectors: number }[] };
  const excused = read("excused.json") as readonly { clause: string; reason: string }[];
  return {
    forcing: new Map(clauses.map(({ id, vectors }) => [id, vectors])),
    excused: new Map(excused.map(({ clause, reason }) => [clause, reason])),
  };
}
