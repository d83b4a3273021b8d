import { readFileSync, writeFileSync } from "node:fs";
import { IFACTS_TESTS } from "../../../generated/enums/ifacts-test.js";
import type { Corpus } from "../../../generated/json/corpus.js";
import type { Vector } from "../../../generated/json/vector.js";
import { vector, writeSmallCorpus } from "./small-corpus.js";
import { testee } from "./testees.js";

/** Every family that a test of iFACTS names. */
export const IFACTS_FAMILIES: readonly string[] = IFACTS_TESTS.flatMap(({ families }) => families);

/** What the case of a family echoes: its name, so that an implementation can be wrong in one family alone. */
function bytesOf(family: string): string {
  return Buffer.from(family, "utf8").toString("hex");
}

/**
 * Write a corpus in which every family that a test of iFACTS names has a case, an echo.
 *
 * @param changed other vectors of a family, or undefined for none of the family
 */
export function writeIfactsCorpus(
  folder: string,
  changed: Readonly<Record<string, readonly Vector[] | undefined>> = {},
): Corpus {
  const families = IFACTS_FAMILIES.flatMap((family): [string, readonly Vector[]][] => {
    const bytes = bytesOf(family);
    const own = vector(`${family}/echo/name`, "echo", { bytes }, { verdict: "accept", result: { bytes } });
    const vectors = family in changed ? changed[family] : [own];
    return vectors === undefined ? [] : [[family, vectors]];
  });
  return writeSmallCorpus(folder, Object.fromEntries(families), {});
}

/** What an implementation of such a corpus is like. */
export interface EchoOptions {
  /** Families that it gets wrong. */
  readonly wrong?: readonly string[];
  readonly version?: string;
  readonly operations?: readonly string[];
}

/** Write an implementation into a folder; gives its command line. */
export function echoTestee(folder: string, { wrong = [], version = "0.1.0", operations }: EchoOptions = {}): string {
  const command = testee(folder, "honest");
  const [, path = ""] = /'([^']*honest\.mjs)'/.exec(command) ?? [];
  const name = `echo-${[...wrong, version, ...(operations ?? [])].join("-")}.mjs`;
  const own = path.replace("honest.mjs", name);
  const script = readFileSync(path, "utf8")
    .replace('version: "0.1.0"', `version: ${JSON.stringify(version)}`)
    .replace(/const operations = .*;/, (line) =>
      operations === undefined ? line : `const operations = ${JSON.stringify(operations)};`,
    )
    .replace(
      /echo: .*/,
      `echo: ({ bytes }) => ({ verdict: "accept", result: { bytes: ${JSON.stringify(wrong.map(bytesOf))}.includes(bytes) ? "00" : bytes } }),`,
    );
  writeFileSync(own, script);
  return `'${process.execPath}' '${own}'`;
}
