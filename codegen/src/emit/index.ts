import type { EnumRule } from "../model/enum-rules.js";
import type { JsonDocument } from "../model/json-schema.js";
import type { SpecTables } from "../model/table-model.js";
import { emitCapabilities } from "./capabilities.js";
import { emitNameEnums } from "./enum-names.js";
import { emitNumberEnums } from "./enum-numbers.js";
import { emitEnumRules } from "./enum-rules.js";
import { emitErrorCodes, emitErrorContexts } from "./errors.js";
import { emitEventFields } from "./events.js";
import type { GeneratedFile, TypeScriptModule } from "./generated-file.js";
import { emitAssemblyScript } from "./guest-assemblyscript.js";
import { emitInstructionMessages } from "./instruction-message.js";
import { emitOperandChecks } from "./instruction-operands.js";
import { emitInstructionTable } from "./instruction-table.js";
import { emitInstructionCategories, emitTlvTypes } from "./instructions.js";
import { emitJsonDocuments } from "./json.js";
import { emitJsonForms } from "./json-forms.js";
import { emitLayouts } from "./layouts.js";
import { emitTransitionTable } from "./lifecycle.js";
import { printModules } from "./project.js";
import { emitVersions } from "./versions.js";

/** What the emitters turn into files. */
export interface SpecModel {
  readonly tables: SpecTables;
  /** CDDL rules that list their values. */
  readonly enums: readonly EnumRule[];
  /** Documents of `@domain json`. */
  readonly documents: readonly JsonDocument[];
}

/** Every emitter, in the order of the folders of `generated/`. */
export function emitAll({ tables, enums, documents }: SpecModel): GeneratedFile[] {
  const modules: TypeScriptModule[] = [
    emitVersions(tables),
    emitCapabilities(tables),
    ...emitNameEnums(tables),
    ...emitNumberEnums(tables),
    ...emitEnumRules(enums),
    emitErrorCodes(tables),
    emitErrorContexts(tables),
    emitEventFields(tables),
    ...emitLayouts(tables),
    emitTransitionTable(tables),
    emitTlvTypes(tables),
    emitInstructionTable(tables),
    emitOperandChecks(tables),
    emitInstructionMessages(tables),
    ...emitInstructionCategories(tables),
    ...emitAssemblyScript(tables),
    ...emitJsonDocuments(documents),
    ...emitJsonForms(documents),
  ];
  return printModules(modules);
}
