import type { Diagnostic } from "../../codegen/src/diagnostics/diagnostic.js";
import { createDiagnostic } from "../../codegen/src/diagnostics/registry.js";
import { type SourceFile, spanOf } from "../../codegen/src/diagnostics/source.js";
import { anchorIdPattern, type Level, type Requirement } from "./model.js";

const requirementLine = /^- <a id="([^"]*)"><\/a>\*\*([^*]*)\*\* — (.*)$/;
const form = '`- <a id="chapter.word"></a>**chapter.word** — One sentence with MUST, SHOULD or MAY.`';

/** Reads the requirements of all chapters, in the order of the chapters' paths and lines. */
export function readChapters(files: readonly SourceFile[]): {
  readonly requirements: readonly Requirement[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const requirements: Requirement[] = [];
  const diagnostics: Diagnostic[] = [];
  const first = new Map<string, Requirement>();
  for (const file of files) {
    for (const requirement of readChapter(file, diagnostics)) {
      const earlier = first.get(requirement.id);
      if (earlier === undefined) {
        first.set(requirement.id, requirement);
        requirements.push(requirement);
      } else {
        const related = [{ span: earlier.span, message: "stated here before" }];
        diagnostics.push(createDiagnostic("anchor/duplicate", requirement.span, { id: requirement.id }, { related }));
      }
    }
  }
  return { requirements, diagnostics };
}

function readChapter(file: SourceFile, diagnostics: Diagnostic[]): Requirement[] {
  const chapter = file.path.slice(file.path.lastIndexOf("/") + 1).replace(/\.md$/, "");
  const requirements: Requirement[] = [];
  let heading = "";
  let fenced = false;
  let offset = 0;
  for (const raw of file.text.split("\n")) {
    const line = raw.replace(/\r$/, "");
    const span = spanOf(file, offset, offset + line.length);
    offset += raw.length + 1;
    if (line.startsWith("```")) fenced = !fenced;
    if (fenced) continue;
    const title = /^#+ +(.*?)\s*$/.exec(line)?.[1];
    if (title !== undefined) heading = title;
    if (!line.includes("<a id=")) continue;
    const [, id = "", shown = "", sentence = ""] = requirementLine.exec(line) ?? [];
    const reason = fault(id, shown, sentence);
    if (reason !== undefined) {
      diagnostics.push(createDiagnostic("anchor/malformed-requirement", span, { reason }, { help: [`write ${form}`] }));
      continue;
    }
    requirements.push({ id, chapter, heading, level: levelOf(sentence) ?? "must", sentence, span });
  }
  return requirements;
}

/** What keeps a line from being a requirement, or `undefined`. */
function fault(id: string, shown: string, sentence: string): string | undefined {
  if (id === "" && shown === "") return "a line with an anchor does not have the form of a requirement";
  if (id !== shown) return `the anchor is \`${id}\`, the text shows \`${shown}\``;
  if (!anchorIdPattern.test(id)) return `\`${id}\` is not dotted lower-case words`;
  if (levelOf(sentence) === undefined) return `the sentence of \`${id}\` has no MUST, SHOULD or MAY`;
  if (!sentence.endsWith(".")) return `the sentence of \`${id}\` does not end with a full stop`;
  // A full stop, white space and a capital letter: a second sentence has begun.
  if (/[.!?] +[A-Z]/.test(sentence.replace(/`[^`]*`/g, "x"))) return `\`${id}\` has more than one sentence`;
  return undefined;
}

/** The strongest keyword of a sentence. */
function levelOf(sentence: string): Level | undefined {
  if (/\bMUST\b/.test(sentence)) return "must";
  if (/\bSHOULD\b/.test(sentence)) return "should";
  return /\bMAY\b/.test(sentence) ? "may" : undefined;
}
