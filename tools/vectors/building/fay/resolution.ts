import { COMPONENTS, type ComponentRow } from "../../../../generated/enums/component-id.js";
import { IFACTS_TESTS } from "../../../../generated/enums/ifacts-test.js";
import type { VectorMissingComponents, VectorRequiredTest } from "../../../../generated/json/vector.js";
import { isObject, type Json, type JsonObject } from "./text.js";

/** A component of a resolution. */
export interface Resolved {
  readonly id: string;
  readonly origin: "declared" | "always" | "ego";
  readonly version?: string;
  readonly provider?: string;
}

/** What a FayManifest resolves to. */
export interface Resolution {
  readonly resolvedStage: number;
  readonly controlMode: string;
  readonly allComponents: readonly Resolved[];
  readonly allProtocols: readonly Resolved[];
  readonly autoResolved: readonly string[];
}

/** Resolve a FayManifest without an error. @spec faymanifest.resolution */
export function resolve(fay: JsonObject): Resolution {
  const declared = new Map<string, JsonObject>();
  for (const list of ["modules", "protocols"])
    for (const each of fay.get(list) as readonly JsonObject[]) declared.set(each.get("id") as string, each);
  const all = COMPONENTS.flatMap((row): { readonly row: ComponentRow; readonly resolved: Resolved }[] => {
    const declaration = declared.get(row.id);
    // @spec faymanifest.resolution.origin
    if (declaration !== undefined) {
      const [version, provider] = [declaration.get("version"), declaration.get("provider")] as (string | undefined)[];
      const asked = { ...(version !== undefined && { version }), ...(provider !== undefined && { provider }) };
      return [{ row, resolved: { id: row.id, origin: "declared", ...asked } }];
    }
    if (row.always) return [{ row, resolved: { id: row.id, origin: "always" } }];
    if (row.id === "ego_model" && fay.get("ego") !== undefined)
      return [{ row, resolved: { id: row.id, origin: "ego" } }];
    return [];
  });
  // @spec faymanifest.stage
  const stages = COMPONENTS.filter(({ id }) => declared.has(id)).map(({ stage }) => stage ?? 1);
  return {
    resolvedStage: Math.max(1, ...stages),
    controlMode: fay.get("controlMode") as string,
    allComponents: all.filter(({ row }) => row.group !== "protocol").map(({ resolved }) => resolved),
    allProtocols: all.filter(({ row }) => row.group === "protocol").map(({ resolved }) => resolved),
    autoResolved: all.filter(({ resolved }) => resolved.origin !== "declared").map(({ row }) => row.id),
  };
}

/** The tests of the stages up to one, by level and then by number. @spec ifacts.tests.required */
export function testsOf(resolution: Resolution, stage: number = resolution.resolvedStage): VectorRequiredTest[] {
  const present = idsOf(resolution);
  return [1, 2, 3, 4].flatMap((level) =>
    IFACTS_TESTS.filter((test) => test.level === level && test.stage <= stage).map(({ name, components }) => {
      const missing = components.filter((id) => !present.has(id));
      return { test: name, ...(missing.length > 0 && { missing }) };
    }),
  );
}

/** What a claim of a stage comes to. @spec faymanifest.stage.claim */
export function claim(
  resolution: Resolution,
  stage: number,
): {
  readonly complete: boolean;
  readonly missing: VectorMissingComponents;
  readonly tests: readonly VectorRequiredTest[];
} {
  const present = idsOf(resolution);
  const absent = (group: ComponentRow["group"]): string[] =>
    COMPONENTS.filter((row) => row.group === group && (row.stage ?? 1) <= stage && !present.has(row.id)).map(
      ({ id }) => id,
    );
  const missing = {
    modules: absent("module"),
    protocols: absent("protocol"),
    infrastructure: absent("infrastructure"),
  };
  const tests = testsOf(resolution, stage).filter((test) => test.missing !== undefined);
  const complete = Object.values(missing).every((ids) => ids.length === 0) && tests.length === 0;
  return { complete, missing, tests };
}

function idsOf({ allComponents, allProtocols }: Resolution): ReadonlySet<string> {
  return new Set([...allComponents, ...allProtocols].map(({ id }) => id));
}

/** The object that a value is. */
export function objectOf(value: Json): JsonObject {
  if (!isObject(value)) throw new TypeError("no object");
  return value;
}
