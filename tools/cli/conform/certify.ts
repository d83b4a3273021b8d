import type { Signer } from "../../../reference/contracts/security.js";
import { nodeSha256 } from "../../../reference/node.js";
import {
  boundsOf,
  CORPUS_OPTION,
  commandOf,
  corpusOf,
  IMPLEMENTATION_OPTIONS,
  numberOf,
} from "../../conformance/commands/options.js";
import { mustBeWritable } from "../../conformance/commands/writable.js";
import { casesByFamily } from "../../conformance/ifacts/cases-by-family.js";
import { certificateOf, NoCertificate } from "../../conformance/ifacts/certificate.js";
import { LEVELS, type Level, levelName, levelsIn } from "../../conformance/ifacts/level.js";
import {
  determineTests,
  HIGHEST_STAGE,
  scopeOfManifest,
  scopeOfStage,
  type TestScope,
} from "../../conformance/ifacts/required-tests.js";
import {
  type EarlierCertificate,
  LevelRefused,
  type LevelRun,
  runLevels,
} from "../../conformance/ifacts/run-levels.js";
import { levelText, showIfacts, showOwed } from "../../conformance/ifacts/screen.js";
import { certificateArtifact } from "../../conformance/release/certificate-artifact.js";
import { ofText } from "../../conformance/reports/words.js";
import { noTranscript, openTranscript } from "../../conformance/session/transcript.js";
import { readAuthorFile } from "../assembly/author-file.js";
import { findingCount, findingJson, findingLines } from "../assembly/finding-lines.js";
import { type Command, ExitCode, type Invocation, UsageError } from "../command.js";
import { readInput } from "../files.js";
import { KEY_FILE_OPTIONS, signerIn } from "../keys.js";
import { hex, printable } from "../output/terminal.js";
import { replaceFile } from "../replace-file.js";
import { LOAD_OPTIONS } from "../setup.js";
import { momentIn } from "../trust/moments.js";
import { packageVersion } from "../version.js";
import { believed, verifyCertificate } from "./certificate-file.js";

/** Milliseconds between two changes of the progress line. */
const SHOW_EVERY_MS = 80;

const { impl, jobs, timeout, memory, transcript } = IMPLEMENTATION_OPTIONS;
const { store } = LOAD_OPTIONS;

/** `fayger conform certify`: the levels of iFACTS in their order, and what shows that they passed. */
export const certify: Command = {
  name: "conform certify",
  summary: "run the levels of iFACTS in their order, and certify those that pass",
  usage: [
    'conform certify --impl "COMMAND" [--manifest FAY.json | --stage N] [--level L1..L4] [--key KEY.pem -o CERT.buf]',
    "conform certify --list [--manifest FAY.json | --stage N]",
    "conform certify --verify CERT.buf [--store FILE]",
  ],
  description:
    "Determines the tests that are owed, by a FayManifest, by a stage, or all of them, and runs level after level: L1 single\ncomponent, L2 interface, L3 integration, L4 behaviour; each only where every test before it that applies passed. A test\npasses where every case of its families does. One whose components are absent does not apply and is never counted as\npassed; one without a case shows nothing and fails. --level L3 alone takes certificates of L1 and L2 of the same\nimplementation, corpus and stage. With --key each level that passed whole gets a certificate: a signed artifact.",
  options: {
    ...(impl && { impl }),
    manifest: { type: "string", short: "m", value: "FILE", help: "FayManifest whose tests are asked for" },
    stage: {
      type: "string",
      value: "N",
      help: `tests of the whole stages 1 to N, 1 to ${HIGHEST_STAGE}; all of them without --manifest`,
    },
    level: {
      type: "string",
      short: "l",
      value: "LEVEL",
      help: "one level, as L2, or several, as L1..L3 (default all)",
    },
    certificate: {
      type: "string",
      value: "FILE",
      multiple: true,
      help: "certificate that shows a level before the first one",
    },
    ...(store && { store }),
    key: { type: "string", short: "k", value: "FILE", help: "private key that signs certificates" },
    ...KEY_FILE_OPTIONS,
    out: {
      type: "string",
      short: "o",
      value: "FILE",
      help: "where the certificate goes; of several levels CERT.buf becomes CERT.L1.buf and so on",
    },
    "valid-until": { type: "string", value: "DATE", help: "when certificates end; without it they have no end" },
    report: { type: "string", value: "FILE", help: "write the report of all levels as JSON" },
    list: { type: "boolean", help: "show the tests that are owed, and ask nothing" },
    verify: { type: "string", value: "FILE", help: "judge this certificate by trust store, corpus and date" },
    ...(jobs && { jobs }),
    ...(timeout && { timeout }),
    ...(memory && { memory }),
    ...(transcript && { transcript }),
    ...CORPUS_OPTION,
  },
  exitCodes: [
    [ExitCode.Ok, "every level that was asked for passed whole; or the certificate is to be believed"],
    [ExitCode.Refused, "a level did not pass, levels before it are missing, or a file is not to be believed"],
    [ExitCode.Usage, "the command line makes no sense"],
    [
      ExitCode.Failed,
      "nothing was judged: the corpus is damaged, the implementation cannot be started, or the runner itself failed",
    ],
    [ExitCode.HostTrouble, "a file of this machine could not be read or written"],
    [ExitCode.Interrupted, "stopped with Ctrl-C; every process of the implementation was ended"],
  ],
  examples: [
    ["conform certify --list --manifest fay.json", "the tests that a FayManifest owes"],
    ['conform certify --impl "python3 mine.py" --manifest fay.json', "how far it gets, without a certificate"],
    ["conform certify -i ./mine --stage 2 -k lab.pem -o mine.buf", "mine.L1.buf and so on, for what passed"],
    [
      "conform certify -i ./mine --stage 2 -l L2 --certificate mine.L1.buf -k lab.pem -o mine.L2.buf",
      "one level more, on another day",
    ],
    ["conform certify --verify mine.L1.buf --store trust.cbor", "somebody's certificate"],
  ],
  async run(invocation) {
    const [stray] = invocation.positionals;
    if (stray !== undefined) throw new UsageError(`found \`${stray}\` where only options are expected`);
    const file = invocation.text("verify");
    if (file !== undefined) {
      const other = ["impl", "manifest", "stage", "level", "key", "out", "report"].find((name) =>
        invocation.text(name),
      );
      if (other !== undefined) throw new UsageError(`--verify: judges a certificate alone; leave --${other} out`);
      return verifyCertificate(invocation, file);
    }
    const asked = scopeOf(invocation);
    if (asked === undefined) return ExitCode.Refused;
    return invocation.flag("list") ? list(invocation, asked.scope) : run(invocation, asked);
  },
};

interface Asked {
  readonly scope: TestScope;
  /** SHA-256 of the file of the FayManifest, in hexadecimal. */
  readonly digest?: string;
}

/** What tests are asked for; nothing where the FayManifest has errors, which are shown. @throws UsageError */
function scopeOf(invocation: Invocation): Asked | undefined {
  const [path, stage] = [invocation.text("manifest"), invocation.text("stage")];
  if (path !== undefined && stage !== undefined)
    throw new UsageError("--stage: a FayManifest has a stage of its own; give --manifest or --stage");
  if (path === undefined)
    return { scope: scopeOfStage(numberOf(invocation, "stage", HIGHEST_STAGE, 1, HIGHEST_STAGE)) };
  const { terminal } = invocation;
  const file = readAuthorFile(path, false);
  if (file.manifest !== undefined)
    return {
      scope: scopeOfManifest(file.manifest),
      digest: hex(nodeSha256.digest(readInput(path))),
    };
  if (terminal.isJson) terminal.json({ errors: file.errors.map(findingJson) });
  else {
    for (const line of findingLines(terminal, file, "error", file.errors)) terminal.note(line);
    terminal.note(
      `${terminal.style("red", "error")} ${printable(path)}: ${findingCount(file.errors.length, 0, file.untold)}`,
    );
  }
  return undefined;
}

function list(invocation: Invocation, scope: TestScope): number {
  const { terminal } = invocation;
  const tests = determineTests(scope);
  const cases = casesByFamily(corpusOf(invocation), new Set(tests.flatMap(({ families }) => families as string[])));
  if (!terminal.isJson) {
    showOwed(terminal, tests, cases);
    return ExitCode.Ok;
  }
  terminal.json({
    stage: scope.stage,
    tests: tests.map(({ families, ...test }) => ({
      ...test,
      families: families.map((family) => ({ family, cases: cases.get(family) ?? 0 })),
    })),
  });
  return ExitCode.Ok;
}

async function run(invocation: Invocation, { scope, digest }: Asked): Promise<number> {
  const { terminal } = invocation;
  const command = commandOf(invocation);
  const levels = requestedLevels(invocation);
  const signing = signingOf(invocation);
  const earlier = await earlierOf(invocation, levels);
  if (earlier === undefined) return ExitCode.Refused;
  for (const file of [invocation.text("report"), invocation.text("out")]) if (file !== undefined) mustBeWritable(file);
  const path = invocation.text("transcript");
  const { manifest } = scope;
  const lines = path === undefined ? noTranscript : openTranscript(path);
  try {
    const result = await runLevels({
      corpus: corpusOf(invocation),
      scope,
      ...(manifest !== undefined &&
        digest !== undefined && {
          manifest: { name: manifest.name, version: manifest.version, vendor: manifest.vendor, digest },
        }),
      levels,
      earlier,
      command,
      bounds: boundsOf(invocation),
      jobs: numberOf(invocation, "jobs", 2, 1, 256),
      mostCrashes: 50,
      transcript: lines,
      runner: { name: "fayger", version: packageVersion() },
      now: () => new Date(),
      signal: invocation.signal,
      onProgress: progressLine(invocation),
    });
    terminal.progress(undefined);
    return await finish(invocation, result, levels, signing);
  } catch (error) {
    if (!(error instanceof LevelRefused)) throw error;
    terminal.progress(undefined);
    return refuse(invocation, error);
  } finally {
    lines.close();
  }
}

/** @spec ifacts.levels.skip */
function refuse({ terminal }: Invocation, { message, missing }: LevelRefused): number {
  if (terminal.isJson) terminal.json({ error: { code: "IFACTS_LEVEL", message, missing } });
  else {
    terminal.note(`${terminal.style("red", "refused")} ${message}:`);
    for (const line of missing) terminal.note(`  ${printable(line)}`);
    terminal.note(
      `${terminal.style("cyan", "help")}  ask for them in one run, as --level L1..L4, or give --certificate FILE for each`,
    );
  }
  return ExitCode.Refused;
}

async function finish(
  invocation: Invocation,
  { report: found, runs, passed }: LevelRun,
  levels: readonly Level[],
  signing: Signing | undefined,
): Promise<number> {
  const { terminal } = invocation;
  const { certified, problems } = signing === undefined ? NONE : await certificates(found, passed, levels, signing);
  const until = certified.length === 0 ? undefined : signing?.validUntil?.toISOString();
  const report = { ...found, certification: { ...found.certification, ...(until && { validUntil: until }) } };
  const file = invocation.text("report");
  if (file !== undefined) replaceFile(file, `${JSON.stringify(report, null, 2)}\n`);
  if (terminal.isJson) terminal.json({ ...report, certificates: certified, problems });
  else {
    showIfacts(terminal, report, runs);
    for (const { file: written, level } of certified)
      terminal.line(`${terminal.style("green", "certified")}  ${level}: ${written}`);
    for (const problem of problems) terminal.line(`${terminal.style("red", "no certificate")}  ${printable(problem)}`);
    if (file !== undefined) terminal.note(terminal.style("dim", `wrote ${file}`));
  }
  return passed.length === levels.length && problems.length === 0 ? ExitCode.Ok : ExitCode.Refused;
}

interface Certified {
  readonly certified: readonly { readonly level: string; readonly file: string }[];
  readonly problems: readonly string[];
}

const NONE: Certified = { certified: [], problems: [] };

/** A certificate of every level that passed, and of no other. @spec ifacts.certificate.refused */
async function certificates(
  report: LevelRun["report"],
  passed: readonly Level[],
  levels: readonly Level[],
  { signer, out, validUntil }: Signing,
): Promise<Certified> {
  const certified: { level: string; file: string }[] = [];
  const problems: string[] = [];
  const runner = { name: "fayger", version: packageVersion() };
  for (const level of passed) {
    try {
      const options = { runner, issued: new Date(), ...(validUntil && { validUntil }) };
      const bytes = await certificateArtifact(certificateOf(report, level, options), signer);
      const file = levels.length === 1 ? out : fileOf(out, level);
      replaceFile(file, bytes);
      certified.push({ level: levelName(level), file });
    } catch (error) {
      if (!(error instanceof NoCertificate)) throw error;
      problems.push(error.message);
    }
  }
  return { certified, problems };
}

/** `mine.buf` for level 2: `mine.L2.buf`. */
function fileOf(out: string, level: Level): string {
  const [, stem = out, extension = ""] = /^(.*[^/\\])(\.[^./\\]+)$/s.exec(out) ?? [];
  return `${stem}.${levelName(level)}${extension}`;
}

interface Signing {
  readonly signer: Signer;
  readonly out: string;
  readonly validUntil?: Date;
}

/** @throws UsageError @spec ifacts.certificate.signed: there is no certificate without a signature. */
function signingOf(invocation: Invocation): Signing | undefined {
  const [key, out, until] = [invocation.text("key"), invocation.text("out"), invocation.text("valid-until")];
  if (key === undefined && out === undefined) {
    if (until !== undefined) throw new UsageError("--valid-until: goes with --key FILE -o FILE");
    return undefined;
  }
  if (key === undefined) throw new UsageError("-o: a certificate is believed only signed; expected --key FILE too");
  if (out === undefined) throw new UsageError("--key: expected -o FILE too, where the certificate goes");
  const validUntil = until === undefined ? undefined : new Date(momentIn(until, "--valid-until") * 1000);
  if (validUntil !== undefined && validUntil.getTime() <= Date.now())
    throw new UsageError(`--valid-until: ${until} is past; the certificate would never be valid`);
  return { signer: signerIn(key, invocation), out, ...(validUntil !== undefined && { validUntil }) };
}

function requestedLevels(invocation: Invocation): readonly Level[] {
  const text = invocation.text("level");
  const levels = text === undefined ? LEVELS : levelsIn(text);
  if (levels === undefined)
    throw new UsageError(`--level: expected a level from L1 to L4, or several such as L1..L3, found \`${text}\``);
  return levels;
}

/** The certificates that were given, where all are believed; those that are not are shown. */
async function earlierOf(
  invocation: Invocation,
  levels: readonly Level[],
): Promise<readonly EarlierCertificate[] | undefined> {
  const { terminal } = invocation;
  const files = invocation.texts("certificate");
  if (files.length > 0 && levels[0] === 1)
    throw new UsageError("--certificate: there is no level before L1; ask for later ones, for instance --level L2..L4");
  const earlier: EarlierCertificate[] = [];
  const problems: string[] = [];
  for (const file of files) {
    const reading = await believed(invocation, file);
    if (reading.certificate === undefined) problems.push(`${file}: ${reading.problem}`);
    else earlier.push({ file, certificate: reading.certificate });
  }
  if (problems.length === 0) return earlier;
  if (terminal.isJson) terminal.json({ error: { code: "IFACTS_CERTIFICATE", problems } });
  else for (const problem of problems) terminal.note(`${terminal.style("red", "not believed")} ${printable(problem)}`);
  return undefined;
}

function progressLine({ terminal }: Invocation): NonNullable<Parameters<typeof runLevels>[0]["onProgress"]> {
  let shown = Number.NEGATIVE_INFINITY;
  return (level, { done, cases, family, failed }) => {
    const now = performance.now();
    if (now - shown < SHOW_EVERY_MS) return;
    shown = now;
    const bad = failed === 0 ? "" : `, ${failed.toLocaleString("en-US")} did not pass`;
    terminal.progress(`${levelText(level)}: ${ofText(done, cases)} cases${bad}: ${family} …`);
  };
}
