import { parseArgs } from "node:util";
import { DEFAULT_SETTINGS, type RaceResult, runRace } from "./race.js";
import { jsonReport, textReport } from "./report.js";
import { SUITES } from "./suites/index.js";

const HELP = `Compares Fayger with its peers in one process, as ratios.

usage: npm run bench -- [--json] [--suite NAME] [--race TEXT] [--rounds N] [--slice MS]

  --json         print JSON: suite, name, peer, ratio, times, goal
  --suite NAME   only this suite: ${SUITES.map((suite) => suite.name).join(", ")}
  --race TEXT    only races whose name holds this text
  --rounds N     rounds of each race (${DEFAULT_SETTINGS.rounds})
  --slice MS     time of one contestant in one round, in milliseconds (${DEFAULT_SETTINGS.sliceMilliseconds})
  --help         this text

Every race first checks that all contestants made the same of the same input. Ratios repeat within a few per cent on a
quiet machine; a missed goal does not change the exit code, because a busy machine can cause it.

examples:
  npm run bench
  npm run bench -- --json > bench.json
  npm run bench -- --race "manifest decode" --rounds 31

exit codes: 0 measured, 1 contestants differ, 2 wrong arguments
`;

interface Options {
  readonly json: boolean;
  readonly suite: string | undefined;
  readonly race: string;
  readonly rounds: number;
  readonly slice: number;
}

/** Reads the arguments; a text is what is wrong with them. */
function readOptions(args: readonly string[]): Options | "help" | { readonly problem: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        json: { type: "boolean", default: false },
        suite: { type: "string" },
        race: { type: "string", default: "" },
        rounds: { type: "string", default: String(DEFAULT_SETTINGS.rounds) },
        slice: { type: "string", default: String(DEFAULT_SETTINGS.sliceMilliseconds) },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) return "help";
    const [rounds, slice] = [Number(values.rounds), Number(values.slice)];
    if (!(rounds >= 1) || !(slice >= 1)) return { problem: "--rounds and --slice take numbers of at least 1" };
    if (values.suite !== undefined && !SUITES.some((suite) => suite.name === values.suite)) {
      return { problem: `there is no suite ${values.suite}` };
    }
    return { json: values.json, suite: values.suite, race: values.race, rounds, slice };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") {
    process.stdout.write(HELP);
    return 0;
  }
  if ("problem" in options) {
    process.stderr.write(`bench: ${options.problem}\nTry: npm run bench -- --help\n`);
    return 2;
  }
  const results: RaceResult[] = [];
  const settings = { rounds: options.rounds, sliceMilliseconds: options.slice };
  for (const suite of SUITES.filter(({ name }) => options.suite === undefined || name === options.suite)) {
    for (const race of (await suite.races()).filter(({ name }) => name.includes(options.race))) {
      if (process.stderr.isTTY) process.stderr.write(`${race.name} ...\n`);
      results.push(...runRace(suite.name, race, settings, () => performance.now()));
    }
  }
  process.stdout.write(options.json ? jsonReport(results) : textReport(results));
  return 0;
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  return 1;
});
