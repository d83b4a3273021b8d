import type { CddlFile, Literal, Occurrence, RangeType, Rule } from "../parse/syntax.js";
import { walk } from "../parse/walk.js";
import type { Classifier } from "./cddl-classify.js";
import { excerpt, type Reporter } from "./cddl-reporter.js";
import { numberKind } from "./control-operators.js";

/** Checks the numbers in a rule: occurrence bounds and ranges. */
export function checkValues(classifier: Classifier, file: CddlFile, rule: Rule, reporter: Reporter): void {
  walk(rule, (node) => {
    if (node.kind === "occurrence") checkOccurrence(file, node, reporter);
    if (node.kind === "range") checkRange(classifier, file, rule, node, reporter);
  });
}

function checkOccurrence(file: CddlFile, occurrence: Occurrence, reporter: Reporter): void {
  const { minimum, maximum } = occurrence;
  if (maximum === undefined || minimum <= maximum) return;
  const edit = {
    file: file.source.path,
    start: occurrence.start,
    end: occurrence.end,
    replacement: `${maximum}*${minimum}`,
  };
  reporter.report(
    file,
    occurrence,
    "cddl/occurrence-bounds",
    { minimum, maximum },
    {
      fixes: [{ title: `replace with \`${edit.replacement}\``, applicability: "unsafe", edits: [edit] }],
    },
  );
}

function checkRange(classifier: Classifier, file: CddlFile, rule: Rule, range: RangeType, reporter: Reporter): void {
  const bounds = [range.low, range.high].map((bound) => {
    const value = classifier.valueOf(bound, rule);
    if (value === "several") {
      const reason = `${excerpt(file, bound)} is not a single value`;
      reporter.report(file, bound, "cddl/range-bound", { reason });
    } else if ((classifier.kindsOf(bound, rule) & numberKind) === 0) {
      reporter.report(file, bound, "cddl/range-bound", { reason: `${excerpt(file, bound)} is not a number` });
    }
    return value;
  });
  const [low, high] = bounds;
  if (!isNumber(low) || !isNumber(high)) return;
  if (low.kind !== high.kind) {
    const reason = "one bound is an integer and the other a floating-point number";
    reporter.report(file, range, "cddl/range-bound", { reason });
  } else if (low.value > high.value || (low.value === high.value && !range.inclusive)) {
    reporter.report(
      file,
      range,
      "cddl/empty-range",
      { low: low.raw, high: high.raw },
      {
        notes: range.inclusive ? [] : ["`...` leaves out the upper bound"],
      },
    );
  }
}

type NumberLiteral = Extract<Literal, { kind: "integer" | "float" }>;

function isNumber(value: Literal | "several" | undefined): value is NumberLiteral {
  return value !== undefined && value !== "several" && (value.kind === "integer" || value.kind === "float");
}
