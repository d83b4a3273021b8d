import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openCorpus } from "../corpus/open.js";
import { DryRunFailure, type JudgedMutant, type Outcome, runCampaign } from "./campaign.js";
import { instrument } from "./instrument.js";
import { judgedCases } from "./judged-cases.js";
import { explain, readExplanations } from "./survivors.js";
import { targetGroups } from "./targets.js";

const HELP = `Mutants of the reference, judged by the corpus alone.

  npm run mutants [-- OPTIONS]

  --group NAME    one group: ${targetGroups.map(({ name }) => name).join(", ")}; all where absent
  --file TEXT     only files whose path holds this text; may be given several times
  --family TEXT   only cases of families that begin with this text; may be given several times
  --most N        cases for one mutant at most, those first that noticed others of its file (all)
  --corpus DIR    another corpus than the one of this repository
  --jobs N        threads at once (2)
  --patience MS   longest time for one case (10000)
  --json FILE     write every mutant with its outcome
  --from FILE     read outcomes that --json wrote, instead of running anything
  --help          this text

Every change of one place of the source (a condition turned round, a bound moved, a block left out, ...) is put to the
vectors. A survivor is a change no vector notices; survivors.json says why it cannot be noticed, or it is work to be done.
Exit code: 0 where at least 95 % of those that are not equivalent are killed and every survivor is explained, 1 where not,
2 for a wrong command line.
`;

const root = join(dirname(fileURLToPath(import.meta.url)), "../../../..");
const REQUIRED_SHARE = 0.95;
/** Mutants between two times that the file of `--json` is written. */
const WRITTEN_EVERY = 50;

async function main(): Promise<number> {
  let values: {
    group?: string;
    file?: string[];
    family?: string[];
    most?: string;
    corpus?: string;
    jobs?: string;
    patience?: string;
    json?: string;
    from?: string;
    help?: boolean;
  };
  try {
    ({ values } = parseArgs({
      options: {
        group: { type: "string" },
        file: { type: "string", multiple: true },
        family: { type: "string", multiple: true },
        most: { type: "string" },
        corpus: { type: "string" },
        jobs: { type: "string", default: "2" },
        patience: { type: "string", default: "10000" },
        json: { type: "string" },
        from: { type: "string" },
        help: { type: "boolean", default: false },
      },
    }));
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
  if (values.help === true) {
    process.stdout.write(HELP);
    return 0;
  }
  if (values.from !== undefined) return report(JSON.parse(readFileSync(values.from, "utf8")), false);
  const groups = targetGroups.filter(({ name }) => values.group === undefined || name === values.group);
  const [jobs, patience] = [Number(values.jobs), Number(values.patience)];
  if (groups.length === 0) return refuse(`there is no group ${values.group}`);
  if (!Number.isInteger(jobs) || jobs < 1) return refuse("--jobs: expected a number of threads");
  if (!Number.isInteger(patience) || patience < 1) return refuse("--patience: expected milliseconds");
  const most = values.most === undefined ? Infinity : Number(values.most);
  if (!(most >= 1)) return refuse("--most: expected a number of cases");

  const cases = judgedCases(openCorpus(values.corpus ?? join(root, "conformance-vectors"))).filter(
    ({ name }) => values.family?.some((text) => name.startsWith(text)) ?? true,
  );
  const judged: JudgedMutant[] = [];
  for (const group of groups) {
    // One for each run: mutants have other numbers as soon as a source file has changed.
    const program = join(root, "dist/mutants", `${group.name}-${process.pid}`);
    const wanted = (file: string): boolean => values.file?.some((text) => file.includes(text)) ?? true;
    const mutants = await instrument(root, group, program, wanted);
    process.stdout.write(`${group.name}: ${mutants.length} mutants\n`);
    const outcomes = await runCampaign(mutants, {
      program,
      cases,
      jobs,
      patience,
      most,
      onProgress: (some, of) => {
        showProgress(group.name, some.length, of);
        // A run of everything takes long; what is known so far is not lost where it is ended.
        if (some.length % WRITTEN_EVERY === 0) write(values.json, [...judged, ...some]);
      },
    });
    judged.push(...outcomes);
    rmSync(program, { recursive: true, force: true });
    process.stdout.write(`${summaryOf(outcomes)}\n`);
  }
  write(values.json, judged);
  return report(judged, values.group === undefined && values.file === undefined);
}

/** Survivors file by file, the sums, and whether that is enough. */
function report(judged: readonly JudgedMutant[], everything: boolean): number {
  const survivors = judged.filter(({ outcome }) => outcome === "survived" || outcome === "unreached");
  const explanations = readExplanations(join(root, "tools/conformance/mutation/survivors.json"));
  const { explained, open, stale } = explain(survivors, explanations, lineReader());
  for (const { file, line, column, original, replacement, outcome } of open) {
    process.stdout.write(`${file}:${line}:${column} ${outcome}: ${original} => ${replacement}\n`);
  }
  if (everything)
    for (const { file, line } of stale) process.stdout.write(`${file}: explained and not there: ${line}\n`);
  const killed = judged.length - survivors.length;
  const unseen = explained.filter(({ explanation }) => explanation.verdict === "unseen").length;
  const equivalent = explained.filter(({ explanation }) => explanation.verdict === "equivalent").length;
  const [different, visible] = [judged.length - equivalent, judged.length - equivalent - unseen];
  // Only what cannot be noticed leaves the sum: a change that no operation shows is one the corpus is too weak for yet.
  const share = killed / Math.max(1, different);
  // A share means nothing without what it leaves out, so all of it stands there.
  process.stdout.write(
    `${summaryOf(judged)}\n` +
      `survivors: ${equivalent} equivalent, ${unseen} that no operation shows, ${open.length} without explanation\n` +
      `killed: ${killed} of ${different} that are not equivalent (${percent(killed, different)}), ` +
      `of ${visible} that an operation shows (${percent(killed, visible)})\n`,
  );
  return share >= REQUIRED_SHARE && open.length === 0 && (!everything || stale.length === 0) ? 0 : 1;
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;
}

function summaryOf(judged: readonly JudgedMutant[]): string {
  const count = (wanted: Outcome) => judged.filter(({ outcome }) => outcome === wanted).length;
  const outcomes: readonly Outcome[] = ["killed", "timed out", "survived", "unreached"];
  return `${outcomes.map((outcome) => `${count(outcome)} ${outcome}`).join(", ")} of ${judged.length}`;
}

function lineReader(): (file: string) => readonly string[] {
  const files = new Map<string, readonly string[]>();
  return (file) => {
    const lines = files.get(file) ?? readFileSync(join(root, file), "utf8").split("\n");
    files.set(file, lines);
    return lines;
  };
}

function showProgress(name: string, done: number, of: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${name} ${done}/${of}${done === of ? "\n" : ""}`);
}

function write(path: string | undefined, judged: readonly JudgedMutant[]): void {
  if (path === undefined) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(judged, null, 1)}\n`);
}

function refuse(problem: string): number {
  process.stderr.write(`${problem}\nnpm run mutants -- --help tells what there is\n`);
  return 2;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof DryRunFailure)) throw error;
  process.stderr.write(`${error.message}:\n${error.failures.slice(0, 20).join("\n")}\n`);
  process.exitCode = 1;
}
