import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { CorpusFiles } from "./write.js";

/** Files of the folder that another command makes; the corpus holds them as they are. */
const MADE_ELSEWHERE = ["diagnosis.json"];
/** Files of the folder that are no part of the corpus. */
const BESIDE = ["README.md"];

/** Files that lie in the folder of a corpus and that `npm run vectors` does not make itself. */
export function filesMadeElsewhere(folder: string): Map<string, Uint8Array> {
  const present = MADE_ELSEWHERE.filter((path) => existsSync(`${folder}/${path}`));
  return new Map(present.map((path) => [path, Uint8Array.from(readFileSync(`${folder}/${path}`))]));
}

/** Writes a corpus into its folder, and removes what is no longer part of it. Returns the paths that changed. */
export function writeCorpus(folder: string, files: CorpusFiles): string[] {
  const changed: string[] = [];
  for (const path of pathsOf(folder))
    if (!files.has(path)) {
      rmSync(`${folder}/${path}`);
      changed.push(path);
    }
  for (const [path, bytes] of files) {
    if (existsSync(`${folder}/${path}`) && isSame(readFileSync(`${folder}/${path}`), bytes)) continue;
    mkdirSync(dirname(`${folder}/${path}`), { recursive: true });
    writeFileSync(`${folder}/${path}`, bytes);
    changed.push(path);
  }
  return changed.sort();
}

/** One line for each file of the folder that is not the one that is made, with the first vector that differs. */
export function corpusDifferences(folder: string, files: CorpusFiles): string[] {
  const paths = [...new Set([...pathsOf(folder), ...files.keys()])].sort();
  return paths.flatMap((path) => {
    const made = files.get(path);
    if (made === undefined) return [`${path} is no file of the corpus`];
    if (!existsSync(`${folder}/${path}`)) return [`${path} is missing`];
    const found = readFileSync(`${folder}/${path}`);
    return isSame(found, made) ? [] : [`${path} differs${firstDifference(path, found, made)}`];
  });
}

function firstDifference(path: string, found: Uint8Array, made: Uint8Array): string {
  if (!path.endsWith(".json")) return "";
  const left = Buffer.from(found).toString("utf8").split("\n");
  const right = Buffer.from(made).toString("utf8").split("\n");
  const line = right.findIndex((text, at) => text !== left[at]);
  const at = line === -1 ? right.length : line;
  const id = idOf(right[at]) ?? idOf(left[at]);
  return `, first in line ${at + 1}${id === undefined ? "" : `: ${id}`}`;
}

function idOf(line: string | undefined): string | undefined {
  return line === undefined ? undefined : /^\{"id":"([^"]*)"/.exec(line)?.[1];
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function pathsOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(folder.length + 1).replaceAll("\\", "/"))
    .filter((path) => !BESIDE.includes(path) && !path.endsWith(".test.ts"));
}
