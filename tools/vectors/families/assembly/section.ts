import { COMPONENTS } from "../../../../generated/enums/component-id.js";
import type { VectorAssembled, VectorAssembledSection, VectorOwnAction } from "../../../../generated/json/vector.js";
import { item, type Value, write } from "../../building/cbor.js";
import type { Fay } from "../../building/fay/examples.js";
import { type OwnActions, partsOf, tableActions } from "../../building/fay/parts.js";
import { objectOf, resolve } from "../../building/fay/resolution.js";
import { jsonOf } from "../../building/fay/text.js";

/** An implementation as the section has it. */
export interface Implementation {
  readonly part: string;
  readonly version: string;
  readonly provider: string;
  readonly source?: string;
  readonly actions: readonly VectorOwnAction[];
}

/** What an assembled artifact is made of, before it is written. */
export interface Plan {
  readonly fay: Fay;
  readonly drivers?: readonly string[];
  readonly own?: OwnActions;
}

/** An assembly section with what its artifact says. */
export interface AssembledPlan {
  readonly manifest: string;
  readonly resolution: string;
  readonly implementations: readonly Implementation[];
  readonly assembled: VectorAssembled;
}

/** Everything as it should be. @spec assembly.section, assembly.manifest */
export function assembledOf({ fay, drivers = [], own = {} }: Plan): AssembledPlan {
  const parts = partsOf(fay, own, drivers);
  const model = (fay["ego"] as { readonly modelSource: string } | undefined)?.modelSource;
  const packages = (fay["drivers"] ?? []) as readonly { readonly driverPackage: string }[];
  const implementations = parts.map(({ part, driver }): Implementation => {
    const source = driver === undefined ? (part === "ego_model" ? model : undefined) : packages[driver]?.driverPackage;
    return {
      part,
      version: "1.4.0",
      provider: "somebody",
      ...(source !== undefined && { source }),
      actions: [...(own[part] ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1)),
    };
  });
  const functions = [...parts, { part: "fayger_runtime", actions: tableActions("fayger_runtime") }].flatMap(
    ({ part, actions }) => [
      ...(part === "fayger_runtime" ? [] : [part]),
      ...actions.map(({ name }) => `${part}.${name}`),
    ],
  );
  const sections: VectorAssembledSection[] = [
    { section: "assembly/fay", kind: "assembly" },
    { section: "assembly/main" },
    ...parts.map(({ section }) => ({ section })),
  ];
  return {
    manifest: JSON.stringify(fay),
    resolution: JSON.stringify(resolve(objectOf(jsonOf(fay)))),
    implementations,
    assembled: {
      name: fay["name"] as string,
      version: fay["version"] as string,
      host_functions: functions.sort(),
      sections,
    },
  };
}

/** The bytes of a section, in hexadecimal. */
export function sectionHex({ manifest, resolution, implementations }: AssembledPlan): string {
  const section = { manifest, resolution, implementations };
  return write(item(section as unknown as Value)).hex;
}

/** Ids of the components that run as host. */
export const HOSTS: readonly string[] = COMPONENTS.filter(({ runs }) => runs === "host").map(({ id }) => id);
