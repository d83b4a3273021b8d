import type { Rule, Type, TypeExpression } from "../parse/syntax.js";
import { definitionLocation, type Reporter } from "./cddl-reporter.js";
import { isParameter, type ResolvedRule } from "./cddl-rules.js";

/**
 * Reports rules that mean themselves without anything between, such as `a = b` with `b = a / int`. Recursion through a
 * map, an array, a tag or a group is fine: the data ends it. Each cycle is reported once.
 */
export function checkCycles(rules: ReadonlyMap<string, ResolvedRule>, reporter: Reporter): void {
  const state = new Map<string, "open" | "done">();
  for (const start of rules.values()) {
    if (start.origin !== "schema" || state.has(start.name)) continue;
    const path: { readonly rule: ResolvedRule; readonly next: string[] }[] = [];
    const open = (rule: ResolvedRule): void => {
      state.set(rule.name, "open");
      path.push({ rule, next: namesMeantBy(rule) });
    };
    open(start);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const name = top.next.pop();
      const target = name === undefined ? undefined : rules.get(name);
      if (name === undefined) {
        state.set(top.rule.name, "done");
        path.pop();
      } else if (target !== undefined && state.get(name) === undefined) {
        open(target);
      } else if (target !== undefined && state.get(name) === "open") {
        reportCycle(path.map((step) => step.rule).slice(path.findIndex((step) => step.rule === target)), reporter);
      }
    }
  }
}

function reportCycle(cycle: readonly ResolvedRule[], reporter: Reporter): void {
  const [first, ...others] = cycle.filter((rule) => rule.origin === "schema");
  if (first === undefined) return;
  const { file, rule } = first.definitions[0];
  reporter.report(
    file,
    rule.name,
    "cddl/circular-definition",
    { name: first.name },
    {
      notes:
        others.length === 0
          ? []
          : [
              `the way back leads over ${others
                .slice(0, 5)
                .map((step) => `\`${step.name}\``)
                .join(", ")}`,
            ],
      related: others
        .slice(0, 5)
        .map((step) => definitionLocation(step.definitions[0], `\`${step.name}\` is defined here`)),
    },
  );
}

/** The names whose values are values of this rule as they are. */
function namesMeantBy(target: ResolvedRule): string[] {
  const names: string[] = [];
  for (const { rule } of target.definitions) {
    if (rule.body.kind === "type") collectFromType(rule.body, rule, names);
  }
  return names.reverse();
}

function collectFromType(type: Type, rule: Rule, names: string[]): void {
  for (const alternative of type.alternatives) collectFromExpression(alternative, rule, names);
}

function collectFromExpression(type: TypeExpression, rule: Rule, names: string[]): void {
  if (type.kind === "reference" && !isParameter(rule, type.name)) names.push(type.name.name);
  else if (type.kind === "parenthesized") collectFromType(type.type, rule, names);
  else if (type.kind === "control") collectFromExpression(type.target, rule, names);
}
