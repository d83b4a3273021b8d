import type { ConformanceReport } from "../../../generated/json/conformance-report.js";
import type { DiagnosisFault } from "../../../generated/json/diagnosis.js";
import { printable, type Terminal } from "../../cli/output/terminal.js";
import type { OpenCorpus } from "../corpus/open.js";
import { type Diagnosed, diagnose, faultsToldBy, readDiagnosis, type Suspect } from "./diagnosis.js";

/** Cases that are named as evidence. */
const EVIDENCE = 3;
/** Faults that are listed of one vector. */
const FAULTS = 12;

/** What the wrong answers of a run look like, in lines; none where nothing is known that answers so. */
export function diagnosisLines(terminal: Terminal, corpus: OpenCorpus, report: ConformanceReport): string[] {
  if (report.findings.length === 0) return [];
  const diagnosis = readDiagnosis(corpus);
  if (diagnosis === undefined) return [];
  const diagnosed = diagnose(report, diagnosis);
  if (diagnosed.suspects.length === 0) return [];
  return [
    terminal.style("bold", "It answers like these known faults:"),
    ...diagnosed.suspects.flatMap((suspect) => suspectLines(terminal, suspect)),
    terminal.style("dim", restText(diagnosed)),
  ];
}

/** The known faults that a vector tells from a right implementation, in lines. */
export function toldLines(terminal: Terminal, corpus: OpenCorpus, id: string, number: number | undefined): string[] {
  const diagnosis = readDiagnosis(corpus);
  const faults = diagnosis === undefined ? [] : faultsToldBy(diagnosis, id, number);
  if (faults.length === 0) return [];
  const lines = faults.slice(0, FAULTS).flatMap((fault) => faultLines(terminal, fault));
  if (faults.length > FAULTS) lines.push(terminal.style("dim", `  … and ${faults.length - FAULTS} more`));
  return [terminal.style("bold", "Known faults that it finds"), ...lines];
}

function faultLines(terminal: Terminal, { id, story }: DiagnosisFault): string[] {
  return [`  ${terminal.style("cyan", printable(id))}`, `    ${printable(story)}`];
}

function suspectLines(terminal: Terminal, { fault, alike, identical, discriminating, otherwise }: Suspect): string[] {
  const noun = discriminating === 1 ? "discriminating case" : "discriminating cases";
  const rest = otherwise.length === 0 ? "" : `, wrong in another way in ${otherwise.length}`;
  const more = identical.length - EVIDENCE;
  return [
    `  ${terminal.style("yellow", printable(fault.id))}  identical in ${identical.length} of ${discriminating} ${noun}${rest}`,
    `    ${printable(fault.story)}`,
    terminal.style("dim", `    breaks ${fault.violates.join(", ")}`),
    terminal.style("dim", `    ${identical.slice(0, EVIDENCE).join(", ")}${more > 0 ? `, and ${more} more` : ""}`),
    ...(alike.length === 0
      ? []
      : [terminal.style("dim", `    or ${alike.map(({ id }) => id).join(", ")}, which answer the same here`)]),
  ];
}

function restText({ wrong, unexplained }: Diagnosed): string {
  const all = `${wrong} wrong ${wrong === 1 ? "answer" : "answers"} that can be compared`;
  return unexplained === 0
    ? `  This accounts for all of ${all}.`
    : `  Of ${all}, ${unexplained} are like none of them.`;
}
