import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { createDiagnostic } from "../diagnostics/registry.js";
import { lineAt, spanOf } from "../diagnostics/source.js";
import { pascalCase } from "../emit/names.js";
import { docComment } from "../parse/comments.js";
import type { CddlFile, Group, Rule, Type } from "../parse/syntax.js";
import { walk } from "../parse/walk.js";
import { findClashes, type NamedNode } from "./name-clash.js";

/** Values that are listed one by one, `"a" / "b"` or `&(a: 0, b: 1)`: each once, with a name of its own and documented. */
export function checkEnumValues(files: readonly CddlFile[]): Diagnostic[] {
  return files.flatMap((file) => file.rules.flatMap((rule) => checkRule(file, rule)));
}

function checkRule(file: CddlFile, rule: Rule): Diagnostic[] {
  const found: Diagnostic[] = [];
  walk(rule, (node) => {
    if (node.kind === "type") found.push(...checkTexts(file, node, node === rule.body));
    if (node.kind === "enumeration" && node.group.kind === "group") found.push(...checkNumbers(file, node.group));
  });
  return found;
}

/** A rule that lists texts becomes an object with a key for each; listed at a member they are types alone. */
function checkTexts(file: CddlFile, { alternatives }: Type, isRule: boolean): Diagnostic[] {
  const texts = alternatives.flatMap((alternative) => (alternative.kind === "text" ? [alternative] : []));
  const isEnum = isRule && texts.length === alternatives.length;
  return findClashes(
    file,
    texts.map((node) => ({ name: node.value, typescript: isEnum ? pascalCase(node.value) : node.value, node })),
  );
}

function checkNumbers(file: CddlFile, { choices }: Group): Diagnostic[] {
  const found: Diagnostic[] = [];
  const names: NamedNode[] = [];
  const owners = new Map<bigint, NamedNode>();
  for (const entry of choices.flatMap(({ entries }) => entries)) {
    if (entry.kind !== "member" || entry.key?.kind !== "bareword-key") continue;
    const { name } = entry.key;
    const named = { name, typescript: pascalCase(name), node: entry.key };
    names.push(named);
    const { above, beside } = docComment(entry, lineAt(file.source, entry.start));
    const key = spanOf(file.source, entry.key.start, entry.key.end);
    if (above.every((line) => line.startsWith("@")) && beside === undefined)
      found.push(createDiagnostic("schema/undocumented", key, { what: `value \`${name}\`` }));
    const [value] = entry.type.alternatives;
    if (value?.kind !== "integer") continue;
    const place = spanOf(file.source, value.start, value.end);
    // Readers take an unsigned integer that is an exact number.
    if (value.value < 0n || value.value > Number.MAX_SAFE_INTEGER) {
      const what = "a value of an enumeration that is not within 0 to 2^53-1";
      found.push(createDiagnostic("schema/unsupported", place, { what }));
    }
    const owner = owners.get(value.value);
    if (owner === undefined) owners.set(value.value, named);
    else {
      const span = spanOf(file.source, owner.node.start, owner.node.end);
      const parameters = { name, other: owner.name, value: String(value.value) };
      found.push(
        createDiagnostic("schema/duplicate-value", place, parameters, {
          related: [{ span, message: "the first one" }],
        }),
      );
    }
  }
  return [...found, ...findClashes(file, names)];
}
