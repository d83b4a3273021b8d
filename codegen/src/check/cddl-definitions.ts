import { preludeFile } from "../parse/prelude.js";
import { printRule } from "../parse/print.js";
import type { CddlFile, Rule } from "../parse/syntax.js";
import { definitionLocation, type Reporter } from "./cddl-reporter.js";
import {
  aliasOf,
  isSocket,
  type ResolvedRule,
  type RuleDefinition,
  type RuleKind,
  type RuleOrigin,
  socketKind,
} from "./cddl-rules.js";

/** Files to resolve and the files they may take missing names from. */
export interface SchemaFiles {
  readonly files: readonly CddlFile[];
  /** Files named by import directives. */
  readonly imports: readonly CddlFile[];
  /** Other files that may define what is still missing. */
  readonly others: readonly CddlFile[];
}

/** All definitions by name, and the names that library files define in ways that contradict each other. */
export interface DefinitionTable {
  readonly rules: ReadonlyMap<string, ResolvedRule>;
  /** Competing definitions of a name that the resolved files do not define themselves. */
  readonly ambiguous: ReadonlyMap<string, readonly RuleDefinition[]>;
}

interface Collected {
  readonly origin: RuleOrigin;
  readonly definitions: [RuleDefinition, ...RuleDefinition[]];
}

/** Collects the definitions of all files and checks that those of one name fit together. */
export function collectDefinitions(input: SchemaFiles, reporter: Reporter): DefinitionTable {
  const prelude = firstDefinitions([preludeFile()]);
  const collected = new Map<string, Collected>();
  for (const file of input.files) {
    for (const rule of file.rules) addDefinition(collected, { file, rule }, prelude, reporter);
  }
  const ambiguous = new Map<string, readonly RuleDefinition[]>();
  addLibraries(collected, input.imports, ambiguous);
  addLibraries(collected, input.others, ambiguous);
  for (const [name, definitions] of prelude) {
    if (!collected.has(name)) collected.set(name, { origin: "prelude", definitions });
  }

  const kindOf = ruleKinds(collected);
  const rules = new Map<string, ResolvedRule>();
  for (const [name, { origin, definitions }] of collected) {
    const genericParameters = definitions[0].rule.genericParameters.map((parameter) => parameter.name);
    rules.set(name, { name, kind: kindOf(name), origin, definitions, genericParameters });
    if (origin === "schema") checkDefinitions(definitions, kindOf, reporter);
  }
  return { rules, ambiguous };
}

function addDefinition(
  collected: Map<string, Collected>,
  added: RuleDefinition,
  prelude: ReadonlyMap<string, Collected["definitions"]>,
  reporter: Reporter,
): void {
  const { file, rule } = added;
  const name = rule.name.name;
  const present = collected.get(name);
  const standard = prelude.get(name);
  if (present === undefined) {
    if (standard !== undefined && !sameRule(standard[0].rule, rule)) {
      reporter.report(file, rule.name, "cddl/prelude-redefined", { name });
    }
    const extendsStandard = standard !== undefined && rule.assignment !== "=";
    const definitions: Collected["definitions"] = extendsStandard ? [...standard, added] : [added];
    collected.set(name, { origin: "schema", definitions });
    return;
  }
  const earlier = present.definitions.find((definition) => definition.rule.assignment === "=");
  if (rule.assignment !== "=" || earlier === undefined) {
    present.definitions.push(added);
    return;
  }
  const code = sameRule(earlier.rule, rule) ? "cddl/repeated-rule" : "cddl/duplicate-rule";
  reporter.report(
    file,
    rule.name,
    code,
    { name },
    {
      notes: ["a rule is defined once with `=`; `/=` and `//=` add alternatives"],
      related: [definitionLocation(earlier, "first defined here")],
    },
  );
}

/** Adds names that are still missing. A name that several files define differently is kept aside as ambiguous. */
function addLibraries(
  collected: Map<string, Collected>,
  files: readonly CddlFile[],
  ambiguous: Map<string, readonly RuleDefinition[]>,
): void {
  const candidates = new Map<string, Collected["definitions"][]>();
  for (const file of files) {
    for (const [name, definitions] of firstDefinitions([file])) {
      if (!collected.has(name)) candidates.set(name, [...(candidates.get(name) ?? []), definitions]);
    }
  }
  for (const [name, [first, ...rest]] of candidates) {
    if (first === undefined) continue;
    collected.set(name, { origin: "library", definitions: first });
    const rivals = rest.filter((definitions) => !sameRule(definitions[0].rule, first[0].rule));
    if (rivals.length > 0 && !isSocket(name))
      ambiguous.set(
        name,
        [first, ...rivals].map((list) => list[0]),
      );
  }
}

/** Definitions by name, without a second `=` for a name that has one. */
function firstDefinitions(files: readonly CddlFile[]): Map<string, Collected["definitions"]> {
  const result = new Map<string, Collected["definitions"]>();
  for (const file of files) {
    for (const rule of file.rules) {
      const present = result.get(rule.name.name);
      if (present === undefined) result.set(rule.name.name, [{ file, rule }]);
      else if (rule.assignment !== "=") present.push({ file, rule });
    }
  }
  return result;
}

/** Same name, parameters, assignment and body, whatever the layout and the comments. */
function sameRule(a: Rule, b: Rule): boolean {
  return canonicalText(a) === canonicalText(b);
}

const canonicalTexts = new WeakMap<Rule, string>();

function canonicalText(rule: Rule): string {
  const known = canonicalTexts.get(rule);
  if (known !== undefined) return known;
  const text = printRule(rule);
  canonicalTexts.set(rule, text);
  return text;
}

/** The kind of any name; follows aliases without recursion, because chains may be as long as a file. */
function ruleKinds(collected: ReadonlyMap<string, Collected>): (name: string) => RuleKind {
  const known = new Map<string, RuleKind>();
  return (name) => {
    if (isSocket(name)) return socketKind(name);
    const chain: string[] = [];
    const onChain = new Set<string>();
    let current = name;
    let kind = known.get(current);
    while (kind === undefined) {
      chain.push(current);
      onChain.add(current);
      const rule = collected.get(current)?.definitions[0].rule;
      const target = rule === undefined ? undefined : aliasTarget(rule);
      if (target === undefined) kind = ownKind(current, rule);
      else if (onChain.has(target)) kind = "type";
      else {
        current = target;
        kind = known.get(current);
      }
    }
    for (const link of chain) known.set(link, kind);
    return kind;
  };
}

function aliasTarget(rule: Rule): string | undefined {
  const alias = aliasOf(rule);
  const isParameter = rule.genericParameters.some((parameter) => parameter.name === alias?.name.name);
  return isParameter ? undefined : alias?.name.name;
}

/** What a definition makes of its name; a socket keeps the kind its name promises. */
function ownKind(name: string, rule: Rule | undefined): RuleKind {
  if (rule === undefined || isSocket(name)) return socketKind(name);
  return rule.assignment === "//=" || rule.body.kind !== "type" ? "group" : "type";
}

/** Checks the definitions of one name against the first of them. */
function checkDefinitions(
  definitions: Collected["definitions"],
  kindOf: (name: string) => RuleKind,
  reporter: Reporter,
): void {
  const [first, ...rest] = definitions;
  const name = first.rule.name.name;
  const kind = kindOf(name);
  const parameters = first.rule.genericParameters.map((parameter) => parameter.name).join(",");
  for (const definition of definitions) {
    checkSocket(definition, reporter);
    checkParameters(definition, reporter);
  }
  for (const { file, rule } of rest) {
    const alias = isSocket(name) ? undefined : aliasTarget(rule);
    const here = alias === undefined ? ownKind(name, rule) : kindOf(alias);
    const related = [definitionLocation(first, "first defined here")];
    if (here !== kind)
      reporter.report(file, rule.name, "cddl/mixed-definition", { name, here, there: kind }, { related });
    if (rule.genericParameters.map((parameter) => parameter.name).join(",") !== parameters) {
      reporter.report(file, rule.name, "cddl/parameters-differ", { name }, { related });
    }
  }
}

function checkSocket({ file, rule }: RuleDefinition, reporter: Reporter): void {
  const name = rule.name.name;
  if (!isSocket(name)) return;
  const kind = socketKind(name);
  const expected = kind === "group" ? "//=" : "/=";
  if (rule.assignment === "=") {
    if (kind === "type" && rule.body.kind !== "type") {
      reporter.report(file, rule.name, "cddl/mixed-definition", { name, here: "group", there: "type" });
    }
  } else if (rule.assignment !== expected) {
    reporter.report(file, rule.name, "cddl/socket-assignment", { name, expected, found: rule.assignment });
  }
}

function checkParameters({ file, rule }: RuleDefinition, reporter: Reporter): void {
  const seen = new Set<string>();
  for (const parameter of rule.genericParameters) {
    if (seen.has(parameter.name)) {
      reporter.report(file, parameter, "cddl/duplicate-parameter", { name: parameter.name });
    }
    seen.add(parameter.name);
  }
}
