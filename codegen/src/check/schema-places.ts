import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { createDiagnostic } from "../diagnostics/registry.js";
import { spanOf } from "../diagnostics/source.js";
import { type Directive, type DirectiveName, directivesOf, readComment } from "../model/cddl-directives.js";
import type { CddlFile, Member, Rule } from "../parse/syntax.js";
import { walk } from "../parse/walk.js";

/** What a directive may stand at. */
type Place = "file" | "map rule" | "array rule" | "other rule" | "member";

const RULES: readonly Place[] = ["map rule", "array rule", "other rule"];

const PLACES: Readonly<Record<DirectiveName, readonly Place[]>> = {
  domain: ["file"],
  spec: [...RULES, "member"],
  part: RULES,
  table: [...RULES, "member"],
  grows: ["map rule"],
  frozen: ["map rule"],
  since: ["member"],
  names: ["member"],
  deprecated: [...RULES, "member"],
  ascending: ["array rule", "member"],
  "ascending-by": ["array rule", "member"],
  "prefix-free": ["array rule", "member"],
  "disjoint-from": ["member"],
};

/** Every directive stands where it means something, and only once: none is ignored silently. */
export function checkPlaces(file: CddlFile): Diagnostic[] {
  const found: Diagnostic[] = [];
  const seen = new Set<number>();
  const check = (directives: readonly Directive[], place: Place) => {
    const names = new Set<string>();
    for (const directive of directives) {
      seen.add(directive.comment.start);
      const { name } = directive;
      if (!PLACES[name].includes(place)) found.push(problem(file, directive, `it means nothing at a ${place}`));
      else if (names.has(name)) found.push(problem(file, directive, "it stands here twice"));
      names.add(name);
    }
    if (names.has("ascending") && names.has("ascending-by")) {
      const both = directives.find(({ name }) => name === "ascending-by");
      if (both !== undefined) found.push(problem(file, both, "`@ascending` stands here too"));
    }
  };
  for (const rule of file.rules) {
    check(readComment(rule, file).directives, placeOf(rule));
    walk(rule, (node) => {
      if (node.kind === "member") check(readComment(node satisfies Member, file).directives, "member");
    });
  }
  for (const directive of directivesOf(file)) {
    if (directive.name === "domain" || seen.has(directive.comment.start)) continue;
    found.push(problem(file, directive, "it stands directly above no rule and no member"));
  }
  return found;
}

function placeOf(rule: Rule): Place {
  const only = rule.body.kind === "type" && rule.body.alternatives.length === 1 ? rule.body.alternatives[0] : undefined;
  return only?.kind === "map" ? "map rule" : only?.kind === "array" ? "array rule" : "other rule";
}

function problem(file: CddlFile, { comment, name }: Directive, reason: string): Diagnostic {
  const span = spanOf(file.source, comment.start, comment.end);
  return createDiagnostic("schema/invalid-directive", span, { name, reason });
}
