import type { Diagnostic } from "../../codegen/src/diagnostics/diagnostic.js";
import { createDiagnostic } from "../../codegen/src/diagnostics/registry.js";
import { spanOf } from "../../codegen/src/diagnostics/source.js";
import { closestName } from "../../codegen/src/diagnostics/suggest.js";
import { readTables, tableFolder } from "../../codegen/src/model/table-model.js";
import type { SpecTree } from "./model.js";

/** What a name is, and which there are. */
interface Vocabulary {
  /** What the name is, with its article. */
  readonly kind: string;
  readonly names: ReadonlySet<string>;
  /** Form of the names. */
  readonly form: RegExp;
  /** The part of a name by which it is taken for one of the kind where another name has the same part. */
  readonly family: RegExp;
}

const code = /`([^`\n]+)`/g;
const file = /^spec\/(tables\/[a-z0-9-]+\.yaml|cddl\/[a-z0-9-]+\.cddl)$/;

/**
 * Names in the prose of chapters that no row of a table has: error codes, capabilities, instructions and events, and the
 * tables and schemas themselves. Nothing is said while the tables cannot be read, which the compiler reports.
 */
export function checkNames(tree: SpecTree): readonly Diagnostic[] {
  const words = vocabularies(tree);
  return tree.chapters.flatMap((chapter) =>
    [...chapter.text.matchAll(code)].flatMap((match) => {
      const name = match[1] ?? "";
      const kind = file.test(name) ? (tree.exists(name) ? undefined : "a file") : unknownKind(name, words);
      if (kind === undefined) return [];
      const near = closestName(name, words.find((vocabulary) => vocabulary.kind === kind)?.names ?? []);
      const notes = near === undefined ? [] : [`a similar name exists: \`${near}\``];
      const span = spanOf(chapter, match.index + 1, match.index + 1 + name.length);
      return [createDiagnostic("anchor/unknown-name", span, { name, kind }, { notes })];
    }),
  );
}

/** The kind a name is written like without being one. */
function unknownKind(name: string, words: readonly Vocabulary[]): string | undefined {
  return words.find(({ names, form, family }) => {
    if (!form.test(name) || names.has(name)) return false;
    const own = family.exec(name)?.[0];
    return [...names].some((other) => family.exec(other)?.[0] === own);
  })?.kind;
}

function vocabularies(tree: SpecTree): readonly Vocabulary[] {
  const [tables] = readTables(tree.specification.filter(({ path }) => path.startsWith(tableFolder)));
  if (tables === undefined) return [];
  const rows = [...tables.instructions.rows, ...tables["instruction-events"].rows, ...tables.events.rows];
  return [
    {
      kind: "an error code",
      names: new Set(tables["error-codes"].rows.map((row) => row.code)),
      form: /^[A-Z]+(_[A-Z0-9]+)+$/,
      family: /^[A-Z]+_/,
    },
    {
      kind: "a capability, an instruction or an event",
      names: new Set([
        ...tables.capabilities.rows.map(({ name }) => name),
        ...rows.map(({ category, name }) => `${category}.${name}`),
      ]),
      form: /^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)+$/,
      family: /^[a-z][a-z0-9_]*[.]/,
    },
  ];
}
