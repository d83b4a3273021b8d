import { closestName } from "../diagnostics/suggest.js";
import type { CddlFile, ControlType, Rule, TypeExpression } from "../parse/syntax.js";
import { walk } from "../parse/walk.js";
import type { Classifier } from "./cddl-classify.js";
import { excerpt, type Reporter } from "./cddl-reporter.js";
import {
  controlOperatorNames,
  type DataKinds,
  findControlOperator,
  numberKind,
  type OperandRule,
} from "./control-operators.js";

/** Checks that control operators are known and get operands that can fit. */
export function checkControls(classifier: Classifier, file: CddlFile, rule: Rule, reporter: Reporter): void {
  walk(rule, (node) => {
    if (node.kind === "control") checkControl(classifier, file, rule, node, reporter);
  });
}

function checkControl(
  classifier: Classifier,
  file: CddlFile,
  rule: Rule,
  control: ControlType,
  reporter: Reporter,
): void {
  const operator = control.operator.name;
  const known = findControlOperator(operator);
  if (known === undefined) {
    reportUnknown(file, control, reporter);
    return;
  }
  const target = classifier.kindsOf(control.target, rule);
  const argument = classifier.kindsOf(control.argument, rule);
  const complain = (code: "cddl/control-target" | "cddl/control-argument", node: TypeExpression, expected: string) =>
    reporter.report(file, node, code, { operator, expected, found: excerpt(file, node) });
  if (!fits(target, known.target)) complain("cddl/control-target", control.target, known.target.phrase);
  else if (!fits(argument, known.argument)) complain("cddl/control-argument", control.argument, known.argument.phrase);
  else if (known.overlaps && (widenNumbers(target) & widenNumbers(argument)) === 0) {
    complain("cddl/control-argument", control.argument, `something that ${excerpt(file, control.target)} can match`);
  }
}

/** A rule that matches nothing at all (0) is left to other checks. */
function fits(kinds: DataKinds, operand: OperandRule): boolean {
  return kinds === 0 || (kinds & operand.kinds) !== 0;
}

/** Numbers compare across their kinds: `float .default 0` is fine. */
function widenNumbers(kinds: DataKinds): DataKinds {
  return (kinds & numberKind) === 0 ? kinds : kinds | numberKind;
}

function reportUnknown(file: CddlFile, control: ControlType, reporter: Reporter): void {
  const { operator } = control;
  const similar = closestName(operator.name, controlOperatorNames());
  const fixes =
    similar === undefined
      ? []
      : [
          {
            title: `replace with \`.${similar}\``,
            applicability: "unsafe" as const,
            edits: [{ file: file.source.path, start: operator.start, end: operator.end, replacement: `.${similar}` }],
          },
        ];
  reporter.report(file, operator, "cddl/unknown-control", { operator: operator.name }, { fixes });
}
