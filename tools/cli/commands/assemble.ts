import type { FayManifest } from "../../../generated/json/fay-manifest.js";
import type { FayResolution } from "../../../generated/json/fay-resolution.js";
import { claimStage, resolutionGraph, resolveFayManifest } from "../../../reference/assembly/index.js";
import { type AuthorFile, readAuthorFile } from "../assembly/author-file.js";
import { type Built, build, builtJson, builtLines, choose, missingLines, misspelledLines } from "../assembly/build.js";
import { claimLines } from "../assembly/claim-lines.js";
import { explanationJson, explanationLines, judgedId } from "../assembly/explanation.js";
import { findingCount, findingJson, findingLines } from "../assembly/finding-lines.js";
import { overviewJson, overviewLines } from "../assembly/overview.js";
import { stageOption } from "../assembly/stage-option.js";
import { type Command, ExitCode, type Invocation, onlyPositional, UsageError } from "../command.js";
import { KEY_FILE_OPTIONS } from "../keys.js";
import { printable } from "../output/terminal.js";
import { count } from "../output/units.js";

/** Options that each show something of their own. */
const VIEWS = ["explain", "graph", "claim"] as const;

/** `fayger assemble`: judge a FayManifest, add what every iFay has, and make an artifact of it. @spec tools.assemble */
export const assemble: Command = {
  name: "assemble",
  summary: "judge a FayManifest, add what it lacks, and make an artifact that runs",
  usage: [
    "assemble FILE [-o FILE] [--key KEY.pem] [--registry DIR] [--claim N] [--fix]",
    "assemble FILE --explain ID | --graph",
  ],
  description:
    "A FayManifest declares the few components that a business needs. This adds what every iFay has, says why each is\nthere, which stage that reaches and which tests of iFACTS it owes; with -o it also looks for an implementation of each\npart and makes an artifact for `fayger run`. Everything that is wrong is told at once, each with its place. Comments\nin the file are welcome. `fayger new` writes one to begin with.",
  options: {
    out: { type: "string", short: "o", value: "FILE", help: "where the artifact goes" },
    key: { type: "string", short: "k", value: "FILE", help: "private key that signs it" },
    ...KEY_FILE_OPTIONS,
    registry: {
      type: "string",
      short: "r",
      value: "DIR",
      multiple: true,
      help: "look for implementations here too, beside those that come with fayger",
    },
    claim: {
      type: "string",
      value: "N",
      help: "judge the claim of stage N, 1 to 5; exit code 1 where it does not hold",
    },
    explain: { type: "string", value: "ID", help: "everything of one component" },
    graph: { type: "boolean", help: "print the components and their relations as a Mermaid graph" },
    fix: { type: "boolean", help: "mend in the file what is certain" },
  },
  exitCodes: [
    [0, "assembled; warnings keep nothing from being assembled"],
    [1, "the FayManifest is wrong, the claim does not hold, or implementations are missing"],
  ],
  examples: [
    ["assemble fay.json", "what is in it, what is added and why, stage and tests"],
    ["assemble fay.json -o drone.buf --key author.pem", "an artifact, signed"],
    ["assemble fay.json --explain sensor", "why a component is there, and what it may do"],
    ["assemble fay.json --claim 2", "is it all of stage 2?"],
    ["assemble fay.json --fix", "mend what is certain, and say what is left"],
    ["assemble fay.json --graph > fay.mmd", "a picture of it"],
  ],
  async run(invocation) {
    const path = onlyPositional(invocation, "a FayManifest: `fayger assemble FILE`; `fayger new` writes one");
    assertFitting(invocation);
    const stage = stageOption("--claim", invocation.text("claim"));
    const explained = judgedId(invocation.text("explain"));
    const file = readAuthorFile(path, invocation.flag("fix"));
    if (file.fixed > 0 && !invocation.terminal.isJson)
      invocation.terminal.note(
        `${invocation.terminal.style("green", "fixed")} ${count(file.fixed, "finding")} in ${printable(path)}`,
      );
    const { manifest } = file;
    if (manifest === undefined) return refuse(invocation, file);
    const resolution = resolveFayManifest(manifest);
    if (invocation.flag("graph")) return graph(invocation, manifest, resolution);
    if (explained !== undefined) return explain(invocation, file, manifest, resolution, explained);
    return show(invocation, file, manifest, resolution, stage);
  },
};

function assertFitting(invocation: Invocation): void {
  const isGiven = (name: string): boolean => invocation.flag(name) || invocation.text(name) !== undefined;
  const [first, second] = VIEWS.filter(isGiven);
  if (second !== undefined)
    throw new UsageError(`--${first} and --${second} each show something of their own; give one`);
  const view = VIEWS.find((name) => name !== "claim" && isGiven(name));
  if (view !== undefined && isGiven("out")) throw new UsageError(`--${view} only shows; leave out -o`);
  if (isGiven("key") && !isGiven("out")) throw new UsageError("--key signs an artifact: give -o FILE, where it goes");
}

/** Everything that is wrong. @spec tools.assemble.findings */
function refuse({ terminal }: Invocation, file: AuthorFile): number {
  if (terminal.isJson) terminal.json(fileJson(file));
  else {
    noteFindings(terminal, file);
    const { errors, warnings, untold } = file;
    terminal.note(
      `${terminal.style("red", "refused")} ${printable(file.path)}: ${findingCount(errors.length, warnings.length, untold)}`,
    );
    const fixes = [...errors, ...warnings].filter(({ fix }) => fix !== undefined).length;
    if (fixes > 0)
      terminal.note(`${terminal.style("cyan", "help")}  --fix mends ${fixes === 1 ? "one" : fixes} of them`);
  }
  return ExitCode.Refused;
}

function noteFindings(terminal: Invocation["terminal"], file: AuthorFile): void {
  for (const severity of ["error", "warning"] as const) {
    const findings = severity === "error" ? file.errors : file.warnings;
    for (const line of findingLines(terminal, file, severity, findings)) terminal.note(line);
  }
}

function fileJson({ path, errors, warnings, untold, fixed }: AuthorFile): Record<string, unknown> {
  return {
    file: path,
    valid: errors.length === 0,
    ...(fixed > 0 && { fixed }),
    errors: errors.map(findingJson),
    warnings: warnings.map(findingJson),
    // Beyond the thousand that are told.
    ...(untold > 0 && { untold }),
  };
}

function graph({ terminal }: Invocation, manifest: FayManifest, resolution: FayResolution): number {
  const text = resolutionGraph(manifest, resolution);
  if (terminal.isJson) terminal.json({ graph: text });
  terminal.line(text.trimEnd());
  return ExitCode.Ok;
}

async function explain(
  invocation: Invocation,
  file: AuthorFile,
  manifest: FayManifest,
  resolution: FayResolution,
  id: string,
): Promise<number> {
  const { terminal } = invocation;
  const chosen = await choose(invocation, manifest, resolution);
  if (terminal.isJson) terminal.json(explanationJson(file, manifest, resolution, id, chosen));
  else for (const line of explanationLines(terminal, file, manifest, resolution, id, chosen)) terminal.line(line);
  return ExitCode.Ok;
}

async function show(
  invocation: Invocation,
  file: AuthorFile,
  manifest: FayManifest,
  resolution: FayResolution,
  stage: number | undefined,
): Promise<number> {
  const { terminal } = invocation;
  const claim = stage === undefined ? undefined : claimStage(resolution, stage);
  const out = invocation.text("out");
  // What does not hold what it claims is not written.
  const isWritten = out !== undefined && claim?.complete !== false;
  const built = isWritten ? await build(invocation, file, manifest, resolution, out) : undefined;
  if (terminal.isJson) {
    terminal.json({
      ...fileJson(file),
      ...overviewJson(manifest, resolution),
      ...(claim !== undefined && { claim }),
      ...(built !== undefined && builtJson(built)),
    });
  } else {
    for (const line of claim === undefined
      ? overviewLines(terminal, manifest, resolution)
      : claimLines(terminal, claim))
      terminal.line(line);
    showBuilt(invocation, manifest, built);
    if (file.warnings.length > 0) {
      terminal.line();
      noteFindings(terminal, file);
      terminal.note(
        `${terminal.style("yellow", "note")}  ${findingCount(0, file.warnings.length, file.untold)}; warnings keep nothing from being assembled`,
      );
    }
  }
  return claim?.complete === false || (built?.missing.length ?? 0) > 0 ? ExitCode.Refused : ExitCode.Ok;
}

function showBuilt({ terminal }: Invocation, manifest: FayManifest, built: Built | undefined): void {
  if (built === undefined) return;
  if (built.missing.length > 0) for (const line of missingLines(terminal, manifest, built)) terminal.note(line);
  else for (const line of ["", ...builtLines(terminal, built)]) terminal.line(line);
  for (const line of misspelledLines(terminal, built)) terminal.note(line);
}
