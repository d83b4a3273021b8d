import { COMPONENTS } from "../../../../generated/enums/component-id.js";
import type { FayFinding } from "../../../../generated/enums/fay-finding.js";
import type { VectorFinding } from "../../../../generated/json/vector.js";
import { resolve } from "./resolution.js";
import { schemaFindings } from "./schema.js";
import { isObject, type Json, type JsonObject, readText } from "./text.js";

/** Everything that is found in a FayManifest, errors before warnings. @spec faymanifest.validation.order */
export function findingsOf(bytes: Uint8Array): VectorFinding[] {
  const read = readText(bytes);
  if ("problem" in read) return [finding("$", read.problem)];
  const { value } = read;
  const errors = [...schemaFindings(value), ...componentFindings(value)];
  const passedOver = read.passedOver.map((path) => finding(path, "duplicate_member"));
  if (errors.length > 0) return [...errors, ...passedOver];
  return [...passedOver, ...warnings(value as JsonObject)];
}

function finding(field: string, code: FayFinding): VectorFinding {
  return { field, code };
}

const ROWS = new Map(COMPONENTS.map((row) => [row.id as string, row]));
const LISTS = ["modules", "protocols"] as const;

interface Declared {
  readonly list: (typeof LISTS)[number];
  readonly path: string;
  readonly id: string;
}

/** Components that are declared with a text as their id, modules first. */
function declarations(value: Json): Declared[] {
  if (!isObject(value)) return [];
  return LISTS.flatMap((list) => {
    const entries = value.get(list);
    if (!Array.isArray(entries)) return [];
    return (entries as readonly Json[]).flatMap((entry, number) => {
      const id = isObject(entry) ? entry.get("id") : undefined;
      return typeof id === "string" ? [{ list, path: `$.${list}[${number}]`, id }] : [];
    });
  });
}

/** @spec faymanifest.validation.components */
function componentFindings(value: Json): VectorFinding[] {
  const declared = declarations(value);
  return declared.flatMap(({ list, path, id }, number) => {
    const row = ROWS.get(id);
    if (row === undefined) return [finding(`${path}.id`, "unknown_component")];
    if ((row.group === "protocol") !== (list === "protocols")) return [finding(`${path}.id`, "wrong_group")];
    const isSecond = declared.slice(0, number).some((before) => before.list === list && before.id === id);
    return isSecond ? [finding(`${path}.id`, "duplicate_component")] : [];
  });
}

/** The table of warnings, but for its first row. @spec faymanifest.validation.warnings */
function warnings(fay: JsonObject): VectorFinding[] {
  const { allComponents, allProtocols } = resolve(fay);
  const resolved = new Set([...allComponents, ...allProtocols].map(({ id }) => id));
  const declared = declarations(fay).map(({ path, id }) => ({ path, row: ROWS.get(id) }));
  const mode = fay.get("controlMode");
  const ego = fay.get("ego");
  const permissions = fay.get("permissions");
  const [inherent, persistent, methods] = ["inherent", "persistent", "authMethods"].map((name) =>
    textsIn(isObject(permissions) ? permissions.get(name) : undefined),
  ) as [string[], string[], string[]];
  return [
    ...declared.flatMap(({ path, row }) =>
      (row?.depends ?? []).filter((id) => !resolved.has(id)).map(() => finding(path, "relation_missing")),
    ),
    ...(mode === "ego" && ego === undefined ? [finding("$.controlMode", "ego_missing")] : []),
    ...(mode === "command" && ego !== undefined ? [finding("$.ego", "ego_unused")] : []),
    ...(mode === "autonomous" ? ["self_awareness", "self_driven_behavior", "internal_skill"] : [])
      .filter((id) => !resolved.has(id))
      .map(() => finding("$.controlMode", "autonomy_incomplete")),
    ...declared.flatMap(({ path, row }) => {
      const needed = new Set((row?.actions ?? []).map(({ permission }) => permission));
      return [...needed]
        .filter((each) => each !== null && !inherent.includes(each) && !persistent.includes(each))
        .map(() => finding(path, "permission_missing"));
    }),
    ...(persistent.length > 0 && methods.length === 0
      ? [finding("$.permissions.persistent", "authentication_missing")]
      : []),
    ...boundaryConflicts(ego),
    ...(hasAny(fay.get("drivers")) && !resolved.has("device_driver_hub")
      ? [finding("$.drivers", "driver_without_hub")]
      : []),
  ];
}

function boundaryConflicts(ego: Json | undefined): VectorFinding[] {
  const constraints = isObject(ego) ? ego.get("constraints") : undefined;
  if (!isObject(constraints)) return [];
  return ["cognitiveBoundaries", "skillBoundaries", "permissionBoundaries"].flatMap((name) => {
    const set = constraints.get(name);
    if (!isObject(set)) return [];
    const lists = ["allowed", "restricted", "requiresConfirmation"].map((list) => new Set(textsIn(set.get(list))));
    const texts = new Set(lists.flatMap((list) => [...list]));
    return [...texts]
      .filter((text) => lists.filter((list) => list.has(text)).length > 1)
      .map(() => finding(`$.ego.constraints.${name}`, "boundary_conflict"));
  });
}

/** Whether a list has an element. */
function hasAny(list: Json | undefined): boolean {
  return Array.isArray(list) && list.length > 0;
}

/** The texts of a list that the schema has judged; none where it is absent. */
function textsIn(list: Json | undefined): string[] {
  return Array.isArray(list) ? [...(list as readonly string[])] : [];
}
