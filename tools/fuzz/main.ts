import { fileURLToPath } from "node:url";
import type { ChunkReport } from "./campaign.js";
import { type FuzzOptions, HELP, readOptions } from "./options.js";
import { propertyTests, runProperties } from "./properties.js";
import { RandomNumbers } from "./random.js";
import type { Progress } from "./workers.js";

// What an option does not ask for is not loaded: the help and a refusal need nothing.

const SECONDS_BETWEEN_LINES = 5;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function campaign(options: FuzzOptions): Promise<number> {
  const { CHUNK_CASES } = await import("./campaign.js");
  const { storeCounterexample } = await import("./counterexample.js");
  const { runCampaign } = await import("./workers.js");
  const { seed, cases, from } = options;
  const wanted = Math.ceil(cases / CHUNK_CASES) * CHUNK_CASES;
  const started = Date.now();
  const verdicts = new Map<string, number>();
  let spoken = started;
  print(`seed ${seed}, ${wanted} cases from chunk ${from}`);
  const rate = (progress: Progress): string =>
    `${Math.round((progress.cases * 1000) / Math.max(1, Date.now() - started))}`;
  const ended = await runCampaign(options, (report: ChunkReport, progress) => {
    for (const [name, count] of Object.entries(report.verdicts)) verdicts.set(name, (verdicts.get(name) ?? 0) + count);
    for (const failure of report.failures) {
      print(`FOUND seed ${seed}, chunk ${failure.chunk}, case ${failure.case}: ${failure.difference}`);
      print(`  minimal: ${storeCounterexample(failure)}`);
    }
    if (Date.now() - spoken < SECONDS_BETWEEN_LINES * 1000) return;
    spoken = Date.now();
    const { failures, next } = progress;
    print(
      `${progress.cases} of ${wanted} cases, ${rate(progress)} a second, ${failures} found; go on with --seed ${seed} --from ${next}`,
    );
  });
  print("");
  for (const [name, count] of [...verdicts].sort((a, b) => b[1] - a[1])) print(`${String(count).padStart(9)}  ${name}`);
  const seconds = Math.round((Date.now() - started) / 1000);
  print(`seed ${seed}: ${ended.cases} cases in ${seconds} s, ${rate(ended)} a second, ${ended.failures} found`);
  if (ended.next < from + wanted / CHUNK_CASES) print(`not finished; go on with --seed ${seed} --from ${ended.next}`);
  return ended.failures === 0 ? 0 : 1;
}

async function replay(file: string): Promise<number> {
  const { replayCounterexample } = await import("./counterexample.js");
  const { name, difference } = await replayCounterexample(file);
  print(difference === undefined ? `as expected: ${name}` : `expected ${name}: ${difference}`);
  return difference === undefined ? 0 : 1;
}

function properties(rounds: number, { seed, runs }: FuzzOptions): number {
  // Compiled or not, the repository is above `tools`, and above `dist` where that is in between.
  const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/dist\/$/, "");
  const files = propertyTests(root);
  const random = new RandomNumbers(seed);
  const failed: number[] = [];
  print(`${files.length} files with properties, ${rounds} rounds from seed ${seed}, ${runs} cases each`);
  for (let round = 1; round <= rounds; round += 1) {
    const roundSeed = random.next() | 0;
    const { isGood, output } = runProperties(root, files, roundSeed, runs);
    print(`round ${round} of ${rounds}, seed ${roundSeed}: ${isGood ? "all hold" : "FOUND"}`);
    if (isGood) continue;
    failed.push(roundSeed);
    print(output);
  }
  for (const each of failed) print(`failed with seed ${each}: FAYGER_FUZZ_SEED=${each} FAYGER_FUZZ_RUNS=${runs}`);
  return failed.length === 0 ? 0 : 1;
}

async function modules(count: number, { seed }: FuzzOptions): Promise<number> {
  const { compareModules } = await import("./modules.js");
  print(`${count} random modules from seed ${seed}`);
  const started = Date.now();
  const { modules: compared, ends, found } = compareModules(seed, count);
  for (const [end, calls] of [...ends].sort((a, b) => b[1] - a[1])) print(`${String(calls).padStart(9)}  ${end}`);
  print(`seed ${seed}: ${compared} modules in ${Math.round((Date.now() - started) / 1000)} s`);
  if (found !== undefined) print(`FOUND ${found}`);
  return found === undefined ? 0 : 1;
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") {
    print(HELP.trimEnd());
    return 0;
  }
  if ("problem" in options) {
    process.stderr.write(`${options.problem}\n\n${HELP}`);
    return 2;
  }
  if (options.replay !== undefined) return replay(options.replay);
  if (options.modules !== undefined) return modules(options.modules, options);
  if (options.properties !== undefined) return properties(options.properties, options);
  return campaign(options);
}

process.exitCode = await main();
