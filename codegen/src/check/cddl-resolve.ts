import type { CddlFile } from "../parse/syntax.js";
import { Classifier } from "./cddl-classify.js";
import { checkControls } from "./cddl-controls.js";
import { checkCycles } from "./cddl-cycles.js";
import { collectDefinitions } from "./cddl-definitions.js";
import { checkGroupsAndTypes } from "./cddl-groups.js";
import { NameCheck } from "./cddl-names.js";
import { Reporter } from "./cddl-reporter.js";
import type { ResolvedSchema } from "./cddl-rules.js";
import { usesOf } from "./cddl-uses.js";
import { checkValues } from "./cddl-values.js";

/** Files that the resolved files may refer to. Nothing is reported about them. */
export interface ResolveOptions {
  /** Files that the resolved files name in import directives; they win over `others`. */
  readonly imports?: readonly CddlFile[];
  /** Other files that may define names which are still missing. */
  readonly others?: readonly CddlFile[];
}

/**
 * Resolves one schema that consists of all `files` together: every name is looked up, and the meaning of each rule is
 * checked as far as the grammar cannot. The standard prelude is always there. Rules that nothing uses are fine.
 */
export function resolveCddl(files: readonly CddlFile[], options: ResolveOptions = {}): ResolvedSchema {
  const reporter = new Reporter();
  const input = { files, imports: options.imports ?? [], others: options.others ?? [] };
  const table = collectDefinitions(input, reporter);
  const names = new NameCheck(table, reporter);
  const classifier = new Classifier(table.rules);
  checkCycles(table.rules, reporter);
  for (const file of files) {
    for (const rule of file.rules) {
      const uses = usesOf(rule);
      names.check(file, rule, uses);
      checkGroupsAndTypes(table.rules, file, rule, uses, reporter);
      checkValues(classifier, file, rule, reporter);
      checkControls(classifier, file, rule, reporter);
    }
  }
  return { rules: table.rules, diagnostics: reporter.diagnostics };
}
