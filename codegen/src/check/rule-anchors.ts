import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { createDiagnostic } from "../diagnostics/registry.js";
import { spanOf } from "../diagnostics/source.js";
import { domainsOf, readComment } from "../model/cddl-directives.js";
import type { CodecModel } from "../model/cddl-model.js";
import { enumRules } from "../model/enum-rules.js";
import type { CddlFile } from "../parse/syntax.js";

/** Every rule that becomes a codec or an enumeration names the requirement that its code answers to. */
export function checkRuleAnchors(files: readonly CddlFile[], model: CodecModel): Diagnostic[] {
  const encoded = files.filter((file) => domainsOf(file).includes("cbor"));
  const generated = new Set([...model.rules, ...enumRules(encoded)].map(({ name }) => name));
  return encoded.flatMap((file) =>
    file.rules
      .filter(({ name }) => generated.has(name.name))
      .filter((rule) => readComment(rule, file).directives.every(({ name }) => name !== "spec"))
      .map(({ name }) =>
        createDiagnostic("schema/unanchored", spanOf(file.source, name.start, name.end), { name: name.name }),
      ),
  );
}
