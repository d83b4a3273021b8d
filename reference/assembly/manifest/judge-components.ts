import type { ComponentCatalogue } from "../resolution/catalogue.js";
import { type Declared, declaredComponents, pathOf } from "./declared.js";
import type { JudgedFinding } from "./judged-finding.js";
import { NearestNames } from "./nearest-name.js";
import { quoted } from "./quoted.js";

/**
 * What is wrong with the components that a value declares, in the order of declaration, modules first.
 *
 * @spec faymanifest.components
 */
export function* componentErrors(value: unknown, catalogue: ComponentCatalogue): Iterable<JudgedFinding> {
  const seen = { modules: new Map<string, number>(), protocols: new Map<string, number>() };
  let names: NearestNames | undefined;
  for (const declared of declaredComponents(value)) {
    const { id, list } = declared;
    const row = catalogue.row(id);
    const before = seen[list].get(id);
    if (before === undefined) seen[list].set(id, declared.index);
    // @spec faymanifest.validation.components: the first of these that applies.
    if (row === undefined) {
      names ??= new NearestNames(catalogue.rows.map((known) => known.id));
      yield unknownComponent(declared, names, catalogue);
    } else if ((row.group === "protocol") !== (list === "protocols")) {
      yield wrongGroup(declared, row.group);
    } else if (before !== undefined) yield duplicateComponent(declared, before);
  }
}

function unknownComponent(declared: Declared, names: NearestNames, catalogue: ComponentCatalogue): JudgedFinding {
  const { id, list } = declared;
  const near = names.nearest(id);
  const what = list === "modules" ? "module" : "protocol";
  const isElsewhere = near !== undefined && (catalogue.row(near.name)?.group === "protocol") !== (list === "protocols");
  return {
    field: `${pathOf(declared)}.id`,
    code: "unknown_component",
    message: `there is no ${what} ${quoted(id)}`,
    ...(near !== undefined && {
      suggestion: `Did you mean \`${near.name}\`${isElsewhere ? `, which belongs in \`${other(list)}\`` : ""}?`,
      ...(near.isCertain && !isElsewhere && { mend: { value: near.name } }),
    }),
  };
}

/** @spec faymanifest.components.groups */
function wrongGroup(declared: Declared, group: string): JudgedFinding {
  const { id, list } = declared;
  const what = group === "infrastructure" ? "infrastructure" : `a ${group}`;
  return {
    field: `${pathOf(declared)}.id`,
    code: "wrong_group",
    message: `\`${id}\` is ${what} and no ${list === "modules" ? "module" : "protocol"}`,
    suggestion: `Move it to \`${other(list)}\`.`,
  };
}

function duplicateComponent(declared: Declared, before: number): JudgedFinding {
  const { id, list } = declared;
  return {
    field: `${pathOf(declared)}.id`,
    code: "duplicate_component",
    message: `\`${id}\` is declared before already, at ${pathOf({ list, index: before })}`,
    suggestion: "Keep one of the two declarations.",
  };
}

function other(list: Declared["list"]): string {
  return list === "modules" ? "protocols" : "modules";
}
