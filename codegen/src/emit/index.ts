import type { Anchor } from "../model/anchors.js";
import type { CodecModel } from "../model/cddl-model.js";
import type { EnumRule } from "../model/enum-rules.js";
import type { JsonDocument } from "../model/json-schema.js";
import type { SpecTables } from "../model/table-model.js";
import type { CddlFile } from "../parse/syntax.js";
import { emitArbitraries } from "./arbitrary.js";
import { emitCapabilities } from "./capabilities.js";
import { emitCodecs } from "./codec.js";
import { emitNameEnums } from "./enum-names.js";
import { emitNumberEnums } from "./enum-numbers.js";
import { emitEnumRules } from "./enum-rules.js";
import { emitErrorCodes, emitErrorContexts } from "./errors.js";
import { emitEventFields } from "./events.js";
import type { GeneratedFile, TypeScriptModule } from "./generated-file.js";
import { emitAssemblyScript } from "./guest-assemblyscript.js";
import { emitC } from "./guest-c.js";
import { emitInstructionMessages } from "./instruction-message.js";
import { emitOperandChecks } from "./instruction-operands.js";
import { emitInstructionShapes } from "./instruction-shapes.js";
import { emitInstructionTable } from "./instruction-table.js";
import { emitInstructionCategories, emitTlvTypes } from "./instructions.js";
import { emitJsonDocuments } from "./json.js";
import { emitJsonForms } from "./json-forms.js";
import { emitJsonSchemas } from "./json-schema.js";
import { emitLayouts } from "./layouts.js";
import { emitTransitionTable } from "./lifecycle.js";
import { emitLifecycleMachine } from "./lifecycle-machine.js";
import { emitTableDocuments } from "./markdown.js";
import { emitMutators } from "./mutator.js";
import { printModules } from "./project.js";
import { emitReadmes } from "./readme.js";
import { emitSpecJson } from "./spec-json.js";
import { emitSpecSchema } from "./spec-schema.js";
import { emitVersions } from "./versions.js";

/** What the emitters turn into files. */
export interface SpecModel {
  readonly tables: SpecTables;
  /** CDDL rules that list their values. */
  readonly enums: readonly EnumRule[];
  /** Rules of domain `cbor`. */
  readonly codecs: CodecModel;
  /** Documents of `@domain json`. */
  readonly documents: readonly JsonDocument[];
  /** The CDDL files, resolved. */
  readonly files: readonly CddlFile[];
  /** Every requirement of the specification. */
  readonly anchors: readonly Anchor[];
}

/** Every emitter, in the order of the folders of `generated/`. */
export function emitAll(model: SpecModel): GeneratedFile[] {
  const { tables, enums, documents, codecs } = model;
  const modules: TypeScriptModule[] = [
    emitVersions(tables),
    emitCapabilities(tables),
    ...emitNameEnums(tables),
    ...emitNumberEnums(tables),
    ...emitEnumRules(enums),
    ...emitCodecs(codecs),
    ...emitArbitraries(codecs),
    ...emitMutators(codecs),
    emitErrorCodes(tables),
    emitErrorContexts(tables),
    emitEventFields(tables),
    ...emitLayouts(tables),
    emitTransitionTable(tables),
    emitTlvTypes(tables),
    emitInstructionTable(tables),
    emitInstructionShapes(tables),
    emitOperandChecks(tables),
    emitInstructionMessages(tables),
    ...emitInstructionCategories(tables),
    ...emitAssemblyScript(tables),
    ...emitJsonDocuments(documents),
    ...emitJsonForms(documents),
    emitLifecycleMachine(tables),
  ];
  return [
    ...printModules(modules),
    ...emitC(tables),
    ...emitJsonSchemas(model),
    emitSpecJson(model),
    emitSpecSchema(tables),
    ...emitTableDocuments(tables),
    ...emitReadmes(tables),
  ];
}
