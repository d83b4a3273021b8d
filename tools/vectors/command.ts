import { parseArgs } from "node:util";
import { isVectorFamily } from "../../generated/enums/vector-family.js";
import type { Family } from "./corpus/family.js";
import { corpusDifferences, filesMadeElsewhere, writeCorpus } from "./corpus/folder.js";
import { staleDiagnosis } from "./corpus/stale-diagnosis.js";
import { CorpusFault, type CorpusFiles, corpusFiles } from "./corpus/write.js";

/** What the command works with. */
export interface VectorsHost {
  /** Every family, in the order in which the index has them. */
  readonly families: readonly Family[];
  /** Files beside those of the families. */
  readonly others: CorpusFiles;
  /** Folder of the corpus. */
  readonly folder: string;
  /** Takes a line of what was done. */
  readonly print: (line: string) => void;
  /** Takes a line of what is wrong. */
  readonly complain: (line: string) => void;
}

const HELP = `npm run vectors: make conformance-vectors/ out of the specification

Usage  npm run vectors -- [OPTIONS]

  --check            write nothing; name every file that is not as it is made
  --family NAME      only this family; may be given again. Says what is wrong with it, and writes nothing
  --into FOLDER      another folder than conformance-vectors
  --help             this text

Exit codes
  0  done, or nothing differs
  1  the vectors break a rule of their format, or a file differs
  2  the command line makes no sense`;

const CURE = "Vectors are made, never edited: change what makes them (tools/vectors), then run: npm run vectors";

/** Runs the command; gives its exit code. */
export function runVectors(args: readonly string[], host: VectorsHost): number {
  const options = readOptions(args);
  if (typeof options === "string") {
    host.complain(`${options}; --help tells what there is`);
    return 2;
  }
  if (options.help === true) {
    host.print(HELP);
    return 0;
  }
  const folder = options.into ?? host.folder;
  const families = chosen(host, options.family);
  if (typeof families === "string") {
    host.complain(families);
    return 2;
  }
  try {
    const files = corpusFiles(families, new Map([...host.others, ...filesMadeElsewhere(folder)]));
    if (options.family !== undefined) return 0;
    return options.check === true ? check(folder, files, host) : write(folder, files, host);
  } catch (problem) {
    if (!(problem instanceof CorpusFault)) throw problem;
    for (const line of problem.problems) host.complain(line);
    const count = problem.problems.length;
    host.complain(`${count} ${count === 1 ? "problem" : "problems"}; nothing was written`);
    return 1;
  } finally {
    if (options.family !== undefined)
      for (const { name, drafts } of families) host.print(`${name}: ${drafts().length} vectors`);
  }
}

interface Options {
  readonly check?: boolean;
  readonly family?: string[];
  readonly into?: string;
  readonly help?: boolean;
}

function readOptions(args: readonly string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        check: { type: "boolean" },
        family: { type: "string", multiple: true },
        into: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
    return values;
  } catch (problem) {
    return problem instanceof Error ? problem.message : String(problem);
  }
}

function chosen({ families }: VectorsHost, names: readonly string[] | undefined): readonly Family[] | string {
  if (names === undefined) return families;
  const unknown = names.find((name) => !families.some((family) => family.name === name));
  if (unknown === undefined) return families.filter(({ name }) => names.includes(name));
  return `${unknown} is ${isVectorFamily(unknown) ? "not in families/index.ts" : "no family of the table vector-families"}`;
}

function check(folder: string, files: CorpusFiles, { print, complain }: VectorsHost): number {
  const differences = corpusDifferences(folder, files);
  const stale = staleDiagnosis(files);
  if (stale !== undefined) {
    for (const line of [...differences, stale]) complain(line);
    return 1;
  }
  if (differences.length === 0) {
    print(`${files.size} files are as they are made`);
    return 0;
  }
  for (const line of differences) complain(line);
  complain(CURE);
  return 1;
}

function write(folder: string, files: CorpusFiles, { families, print }: VectorsHost): number {
  const changed = writeCorpus(folder, files);
  for (const path of changed) print(path);
  print(`${changed.length} of ${files.size} files changed, ${families.length} families`);
  const stale = staleDiagnosis(files);
  if (stale !== undefined) print(stale);
  return 0;
}
