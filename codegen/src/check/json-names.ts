import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { pascalCase } from "../emit/names.js";
import { domainsOf } from "../model/cddl-directives.js";
import type { CddlFile, GroupEntry } from "../parse/syntax.js";
import { walk } from "../parse/walk.js";
import { findClashes, type NamedNode } from "./name-clash.js";

/** One rule and one member a name in schemas that are of domain `json` alone; those of `cbor` are checked as codecs. */
export function checkJsonNames(files: readonly CddlFile[]): Diagnostic[] {
  return files.filter((file) => domainsOf(file).join() === "json").flatMap(checkFile);
}

function checkFile(file: CddlFile): Diagnostic[] {
  const rules = file.rules.map(({ name }) => ({ name: name.name, typescript: pascalCase(name.name), node: name }));
  const found = findClashes(file, rules);
  for (const rule of file.rules)
    walk(rule, (node) => {
      if (node.kind !== "map") return;
      for (const { entries } of node.group.choices) found.push(...findClashes(file, entries.flatMap(keyOf)));
    });
  return found;
}

/** The text key of a member; it is also the name of the property. */
function keyOf(entry: GroupEntry): NamedNode[] {
  if (entry.kind !== "member" || entry.key === undefined) return [];
  const { key } = entry;
  if (key.kind === "bareword-key") return [{ name: key.name, typescript: key.name, node: key }];
  if (key.kind !== "value-key" || key.literal.kind !== "text") return [];
  return [{ name: key.literal.value, typescript: key.literal.value, node: key }];
}
