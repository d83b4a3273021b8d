import type { AnyNode, CddlFile, Group, MapType, Rule } from "../parse/syntax.js";
import { walk } from "../parse/walk.js";
import { definitionLocation, type Reporter } from "./cddl-reporter.js";
import { aliasOf, isParameter, type ResolvedRule, type RuleKind, socketKind } from "./cddl-rules.js";
import type { Use } from "./cddl-uses.js";

/** Checks that groups stand where groups fit and types where types fit. Undefined names are somebody else's finding. */
export function checkGroupsAndTypes(
  rules: ReadonlyMap<string, ResolvedRule>,
  file: CddlFile,
  rule: Rule,
  uses: readonly Use[],
  reporter: Reporter,
): void {
  for (const { reference, position } of uses) {
    const name = reference.name.name;
    if (isParameter(rule, reference.name)) continue;
    const target = rules.get(name);
    const kind: RuleKind | undefined = target?.kind ?? (name.startsWith("$") ? socketKind(name) : undefined);
    if (kind === undefined) continue;
    const definition = target?.definitions[0];
    const defined =
      definition === undefined || target?.origin === "prelude" ? [] : [definitionLocation(definition, "defined here")];
    if (kind === "group" && position === "type") {
      reporter.report(
        file,
        reference,
        "cddl/group-used-as-type",
        { what: `rule \`${name}\` is` },
        { related: defined },
      );
    } else if (kind === "type" && position === "enumeration") {
      reporter.report(file, reference, "cddl/type-used-as-group", { name }, { related: defined });
    } else if (kind === "type" && position === "map-entry") {
      reporter.report(
        file,
        reference,
        "cddl/member-without-key",
        {},
        {
          notes: [`\`${name}\` is a type, so this entry is a value without a key`],
          related: defined,
        },
      );
    } else if (position === "unwrap" && target !== undefined && !canUnwrap(rules, target)) {
      reporter.report(file, reference, "cddl/unwrap-not-applicable", { name }, { related: defined });
    }
  }
  walk(rule, (node) => {
    if (node.kind === "map") checkMapEntries(file, node, reporter);
  });
}

/** Every entry directly in a map needs a key, except names (checked above) and unwrapped maps. */
function checkMapEntries(file: CddlFile, map: MapType, reporter: Reporter): void {
  const groups: Group[] = [map.group];
  for (const group of groups) {
    for (const entry of group.choices.flatMap((choice) => choice.entries)) {
      if (entry.kind === "inline-group") groups.push(entry.group);
      if (entry.kind !== "member" || entry.key !== undefined) continue;
      const alternatives: readonly AnyNode[] = entry.type.alternatives;
      if (alternatives.every((alternative) => alternative.kind === "unwrap" || alternative.kind === "error")) continue;
      const text = file.source.text.slice(entry.type.start, entry.type.end);
      const help = text === "#" ? { help: ["a comment begins with `;`"] } : {};
      reporter.report(file, entry.type, "cddl/member-without-key", {}, help);
    }
  }
}

/** True unless some definition behind the name certainly is no map, array or tag. */
function canUnwrap(rules: ReadonlyMap<string, ResolvedRule>, start: ResolvedRule): boolean {
  const seen = new Set<string>([start.name]);
  const pending = [start];
  for (const target of pending) {
    if (target.kind === "group") return false;
    for (const { rule } of target.definitions) {
      const alias = aliasOf(rule);
      if (alias !== undefined) {
        const next = isParameter(rule, alias.name) ? undefined : rules.get(alias.name.name);
        if (next !== undefined && !seen.has(next.name)) pending.push(next);
        seen.add(alias.name.name);
        continue;
      }
      if (rule.body.kind !== "type") return false;
      if (!rule.body.alternatives.every((alternative) => mayHaveContent(alternative))) return false;
    }
  }
  return true;
}

/** Names inside a choice and results of operators are given the benefit of the doubt. */
function mayHaveContent(node: AnyNode): boolean {
  switch (node.kind) {
    case "map":
    case "array":
    case "tag":
    case "control":
    case "unwrap":
    case "reference":
    case "error":
      return true;
    case "parenthesized":
      return node.type.alternatives.every(mayHaveContent);
    case "major":
      return node.major >= 4 && node.major <= 6;
    default:
      return false;
  }
}
