import { isMap, isScalar, isSeq, parseDocument } from "yaml";
import type { Diagnostic } from "../../codegen/src/diagnostics/diagnostic.js";
import { createDiagnostic } from "../../codegen/src/diagnostics/registry.js";
import { type SourceFile, spanOf } from "../../codegen/src/diagnostics/source.js";
import type { AnchorEntry, Level, Requirement, Status } from "./model.js";

const levels: readonly string[] = ["must", "should", "may"];
const columns = ["id", "chapter", "heading", "level", "sentence", "status", "theme"];

/** Reads `spec/anchors.yaml`. Entries that are no entries are diagnosed and left out. */
export function readAnchorFile(file: SourceFile | undefined): {
  readonly entries: readonly AnchorEntry[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const entries: AnchorEntry[] = [];
  const diagnostics: Diagnostic[] = [];
  if (file === undefined) return { entries, diagnostics };
  const report = (start: number, end: number, reason: string): void => {
    diagnostics.push(createDiagnostic("anchor/invalid-file", spanOf(file, start, end), { reason }));
  };
  const document = parseDocument(file.text, { uniqueKeys: true });
  for (const error of document.errors) report(error.pos[0], error.pos[1], error.message.split("\n")[0] ?? error.code);
  if (diagnostics.length > 0) return { entries, diagnostics };
  if (!isSeq(document.contents)) {
    report(0, 0, "the file is not a list of entries");
    return { entries, diagnostics };
  }
  const seen = new Set<string>();
  for (const item of document.contents.items) {
    const [start, end] = isMap(item) || isScalar(item) ? (item.range ?? [0, 0]) : [0, 0];
    if (!isMap(item)) {
      report(start, end, "an entry is not a map");
      continue;
    }
    const values = new Map<string, string>();
    for (const pair of item.items) {
      if (isScalar(pair.key) && isScalar(pair.value) && typeof pair.value.value === "string") {
        values.set(String(pair.key.value), pair.value.value);
      } else report(start, end, "a member of an entry is not a text");
    }
    const entry = toEntry(values);
    if (typeof entry === "string") report(start, start, entry);
    else if (seen.has(entry.id)) report(start, start, `\`${entry.id}\` has two entries`);
    else entries.push({ ...entry, span: spanOf(file, start, file.text.indexOf("\n", start)) });
    seen.add(values.get("id") ?? "");
  }
  return { entries, diagnostics };
}

function toEntry(values: ReadonlyMap<string, string>): Omit<AnchorEntry, "span"> | string {
  const unknown = [...values.keys()].find((key) => !columns.includes(key));
  if (unknown !== undefined) return `\`${unknown}\` is not a member of an entry`;
  const missing = columns.find((column) => column !== "theme" && !values.has(column));
  if (missing !== undefined) return `an entry has no \`${missing}\``;
  const text = (column: string): string => values.get(column) ?? "";
  const status = text("status");
  const theme = values.get("theme");
  if (!levels.includes(text("level"))) return `level \`${text("level")}\` is not must, should or may`;
  if (status !== "enforced" && status !== "planned") return `status \`${status}\` is not enforced or planned`;
  if ((status === "planned") !== (theme !== undefined)) return "planned entries have a theme, and no others";
  return {
    id: text("id"),
    chapter: text("chapter"),
    heading: text("heading"),
    level: text("level") as Level,
    sentence: text("sentence"),
    status: status as Status,
    ...(theme === undefined ? {} : { theme }),
  };
}

/** What an entry says besides its requirement. */
export interface EntryStatus {
  readonly status: Status;
  readonly theme?: string;
}

const preamble = `# Every requirement of the specification: which chapter states it, and whether code and tests answer for it.
# \`npm run spec\` compares the sentences with the chapters. Take a changed sentence over with \`npm run spec -- accept ID\`.
# status planned: the layer named by theme is still to come. Change status and theme by hand.
`;

/** The text of \`spec/anchors.yaml\` for these requirements, in their order. */
export function writeAnchorFile(requirements: readonly Requirement[], statusOf: (id: string) => EntryStatus): string {
  const entries = requirements.map((requirement) => {
    const { status, theme } = statusOf(requirement.id);
    return [
      `- id: ${requirement.id}`,
      `  chapter: ${requirement.chapter}`,
      `  heading: ${JSON.stringify(requirement.heading)}`,
      `  level: ${requirement.level}`,
      `  sentence: ${JSON.stringify(requirement.sentence)}`,
      `  status: ${status}`,
      ...(theme === undefined ? [] : [`  theme: ${theme}`]),
    ].join("\n");
  });
  return `${preamble}${entries.join("\n")}\n`;
}
