import type { DiagnosticDetails } from "../diagnostics/diagnostic.js";
import { closestName } from "../diagnostics/suggest.js";
import type { CddlFile, Identifier, ReferenceType, Rule } from "../parse/syntax.js";
import type { DefinitionTable } from "./cddl-definitions.js";
import { definitionLocation, type Reporter } from "./cddl-reporter.js";
import { isParameter, isSocket } from "./cddl-rules.js";
import type { Use } from "./cddl-uses.js";
import { findControlOperator } from "./control-operators.js";

/** How many undefined names get a search for similar ones; the search looks at every rule. */
const suggestionLimit = 100;

/** Checks that every used name is defined, unambiguous, and given as many generic arguments as it has parameters. */
export class NameCheck {
  readonly #table: DefinitionTable;
  readonly #reporter: Reporter;
  #suggestions = 0;

  constructor(table: DefinitionTable, reporter: Reporter) {
    this.#table = table;
    this.#reporter = reporter;
  }

  check(file: CddlFile, rule: Rule, uses: readonly Use[]): void {
    for (const { reference } of uses) this.#checkReference(file, rule, reference);
  }

  #checkReference(file: CddlFile, rule: Rule, reference: ReferenceType): void {
    const name = reference.name.name;
    if (isParameter(rule, reference.name)) {
      this.#checkArity(file, reference, 0);
      return;
    }
    const target = this.#table.rules.get(name);
    if (target === undefined) {
      if (!isSocket(name)) this.#reportUndefined(file, rule, reference.name);
      return;
    }
    const rivals = this.#table.ambiguous.get(name);
    if (rivals !== undefined && target.origin === "library") {
      this.#reporter.report(
        file,
        reference.name,
        "cddl/ambiguous-rule",
        { name },
        {
          help: ["name the right file in a comment `;# import FILE` or give fewer files"],
          related: rivals.map((rival) => definitionLocation(rival, "one definition")),
        },
      );
      return;
    }
    this.#checkArity(file, reference, target.genericParameters.length);
  }

  #checkArity(file: CddlFile, reference: ReferenceType, expected: number): void {
    const found = reference.genericArguments.length;
    if (found === expected) return;
    this.#reporter.report(file, reference, "cddl/generic-arity", { name: reference.name.name, expected, found });
  }

  #reportUndefined(file: CddlFile, rule: Rule, name: Identifier): void {
    const details = this.#dottedNameDetails(file, rule, name) ??
      this.#similarNameDetails(file, rule, name) ?? {
        help: isFollowedByName(file, name)
          ? ["a member is written `name: type`: is a `:` missing?"]
          : ["define it, or name the file that defines it in a comment `;# import FILE`"],
      };
    this.#reporter.report(file, name, "cddl/undefined-rule", { name: name.name }, details);
  }

  /** `int.size` and `low..high` are single names, because names may contain dots: was an operator meant? */
  #dottedNameDetails(file: CddlFile, rule: Rule, name: Identifier): DiagnosticDetails | undefined {
    const match = /^(.+?)(\.\.\.?|\.)(.+)$/.exec(name.name);
    const [, left = "", dots = "", right = ""] = match ?? [];
    if (match === null || !this.#isDefined(rule, left)) return undefined;
    const isControl = dots === ".";
    if (isControl && findControlOperator(right) === undefined) return undefined;
    const replacement = isControl ? `${left} .${right}` : `${left} ${dots} ${right}`;
    return {
      notes: ["a name may contain dots, so an operator needs a blank before it"],
      fixes: [
        {
          title: `replace with \`${replacement}\``,
          applicability: "safe",
          edits: [{ file: file.source.path, start: name.start, end: name.end, replacement }],
        },
      ],
    };
  }

  #similarNameDetails(file: CddlFile, rule: Rule, name: Identifier): DiagnosticDetails | undefined {
    if (this.#suggestions >= suggestionLimit) return undefined;
    this.#suggestions++;
    const parameters = rule.genericParameters.map((parameter) => parameter.name);
    const similar = closestName(name.name, [...parameters, ...this.#table.rules.keys()]);
    if (similar === undefined) return undefined;
    const target = this.#table.rules.get(similar);
    const fixes = [
      {
        title: `replace with \`${similar}\``,
        // A rule of a similar name can be of any type.
        applicability: "unsafe" as const,
        edits: [{ file: file.source.path, start: name.start, end: name.end, replacement: similar }],
      },
    ];
    if (target === undefined) return { notes: [`a generic parameter has a similar name: \`${similar}\``], fixes };
    if (target.origin === "prelude") {
      return { notes: [`the standard prelude has a similar name: \`${similar}\``], fixes };
    }
    const related = [definitionLocation(target.definitions[0], "")];
    return { notes: [`a rule with a similar name exists: \`${similar}\``], related, fixes };
  }

  #isDefined(rule: Rule, name: string): boolean {
    return this.#table.rules.has(name) || rule.genericParameters.some((parameter) => parameter.name === name);
  }
}

/** Whether only another name follows on the line, as in `name type`. */
function isFollowedByName(file: CddlFile, { end }: Identifier): boolean {
  const following = /[ \t]+[A-Za-z_@$][\w@$.-]*[ \t]*(?:[\r\n,};]|$)/y;
  following.lastIndex = end;
  return following.test(file.source.text);
}
