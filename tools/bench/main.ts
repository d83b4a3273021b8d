import { parseArgs } from "node:util";
import { DEFAULT_SETTINGS, type RaceClocks, runRace, takeMeasurement } from "./race.js";
import { type Finding, jsonReport, textReport } from "./report.js";
import { SUITES } from "./suites/index.js";

const HELP = `Compares Fayger with its peers in one process, as ratios.

usage: npm run bench -- [--json] [--cpu] [--suite NAME] [--race TEXT] [--rounds N] [--slice MS]

  --json         print JSON: suite, name, then peer, ratio, times and goal, or what, value and unit
  --cpu          measure processor time in every race: on a busy machine it is steadier than time that passed
  --suite NAME   only this suite; may be given several times:
${SUITES.map(({ name, about }) => `                   ${name.padEnd(10)} ${about}`).join("\n")}
  --race TEXT    only races and measurements whose name holds this text
  --rounds N     rounds of each race (${DEFAULT_SETTINGS.rounds})
  --slice MS     time of one contestant in one round, in milliseconds (${DEFAULT_SETTINGS.sliceMilliseconds})
  --help         this text

Every race first checks that all contestants made the same of the same input. Ratios repeat within a few per cent on a
quiet machine; a missed goal does not change the exit code, because a busy machine can cause it.

examples:
  npm run bench
  npm run bench -- --json > bench.json
  npm run bench -- --suite loader --suite digest
  npm run bench -- --race "manifest decode" --rounds 31

exit codes: 0 measured, 1 contestants differ, 2 wrong arguments
`;

interface Options {
  readonly json: boolean;
  readonly cpu: boolean;
  readonly suites: readonly string[];
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
        cpu: { type: "boolean", default: false },
        suite: { type: "string", multiple: true, default: [] },
        race: { type: "string", default: "" },
        rounds: { type: "string", default: String(DEFAULT_SETTINGS.rounds) },
        slice: { type: "string", default: String(DEFAULT_SETTINGS.sliceMilliseconds) },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) return "help";
    const [rounds, slice] = [Number(values.rounds), Number(values.slice)];
    if (!(rounds >= 1) || !(slice >= 1)) return { problem: "--rounds and --slice take numbers of at least 1" };
    const unknown = values.suite.find((name) => !SUITES.some((suite) => suite.name === name));
    if (unknown !== undefined) return { problem: `there is no suite ${unknown}` };
    return { json: values.json, cpu: values.cpu, suites: values.suite, race: values.race, rounds, slice };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

const CLOCKS: RaceClocks = {
  wall: () => performance.now(),
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
};

async function measure({ cpu, suites, race: part, rounds, slice }: Options): Promise<Finding[]> {
  const findings: Finding[] = [];
  const tell = (name: string): void => {
    if (process.stderr.isTTY) process.stderr.write(`${name} ...\n`);
  };
  for (const suite of SUITES.filter(({ name }) => suites.length === 0 || suites.includes(name))) {
    for (const race of (await suite.races()).filter(({ name }) => name.includes(part))) {
      tell(race.name);
      const settings = { rounds, sliceMilliseconds: slice };
      findings.push(...(await runRace(suite.name, cpu ? { ...race, clock: "cpu" } : race, settings, CLOCKS)));
    }
    for (const measurement of ((await suite.measurements?.()) ?? []).filter(({ name }) => name.includes(part))) {
      tell(measurement.name);
      findings.push(...(await takeMeasurement(suite.name, measurement)));
    }
  }
  return findings;
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
  const findings = await measure(options);
  process.stdout.write(options.json ? jsonReport(findings) : textReport(findings));
  return 0;
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  return 1;
});
