import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Failure } from "./campaign.js";
import { checkCase, type Verdict } from "./case.js";

/** A counterexample as it is stored. */
interface Stored extends Omit<Failure, "minimal"> {
  readonly artifact: string;
  readonly profile: Failure["minimal"]["profile"];
  readonly enforce: boolean;
  readonly genuine: readonly string[];
}

/** Beside the compiled programs, whether this one is compiled or not. */
const FOLDER = join(fileURLToPath(new URL("../..", import.meta.url)).replace(/dist\/$/, ""), "dist/fuzz");

/** Write a counterexample down. @returns the file, the artifact lying beside it as `.buf` */
export function storeCounterexample({ minimal, ...failure }: Failure): string {
  mkdirSync(FOLDER, { recursive: true });
  const { bytes, profile, enforce, genuine } = minimal;
  const stored: Stored = { ...failure, profile, enforce, genuine, artifact: Buffer.from(bytes).toString("hex") };
  const name = join(FOLDER, `counterexample-${failure.seed}-${failure.chunk}-${failure.case}`);
  writeFileSync(`${name}.json`, `${JSON.stringify(stored, undefined, 2)}\n`);
  writeFileSync(`${name}.buf`, bytes);
  return `${name}.json`;
}

/** Load a stored counterexample again. */
export async function replayCounterexample(file: string): Promise<Verdict> {
  const { artifact, profile, enforce, genuine, reader } = JSON.parse(readFileSync(file, "utf8")) as Stored;
  return checkCase({ bytes: new Uint8Array(Buffer.from(artifact, "hex")), profile, enforce, genuine }, reader);
}
