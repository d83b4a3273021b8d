import { COMPONENTS } from "../../../../generated/enums/component-id.js";
import type {
  VectorAssembledPart,
  VectorAssemblyStep,
  VectorEvent,
  VectorOwnAction,
} from "../../../../generated/json/vector.js";
import { objectOf, resolve } from "./resolution.js";
import { jsonOf } from "./text.js";

/** Actions of the implementations' own, by the names of their parts. */
export type OwnActions = Readonly<Record<string, readonly VectorOwnAction[]>>;

/** Ids of the components in the resolution of a FayManifest, in the order of the table. */
function resolvedIds(fay: unknown): string[] {
  const { allComponents, allProtocols } = resolve(objectOf(jsonOf(fay)));
  const ids = new Set([...allComponents, ...allProtocols].map(({ id }) => id));
  return COMPONENTS.map(({ id }) => id as string).filter((id) => ids.has(id));
}

/** The table's actions of a component. */
export function tableActions(component: string): VectorOwnAction[] {
  const row = COMPONENTS.find(({ id }) => id === component);
  return (row?.actions ?? []).map(({ name, skill, permission }) => ({
    name,
    ...(skill !== null && { skill }),
    ...(permission !== null && { permission }),
  }));
}

const RUNS_AS_GUEST = new Set<string>(COMPONENTS.filter(({ runs }) => runs === "guest").map(({ id }) => id));

/** The parts of an iFay, ascending by their names. @spec assembly.sections */
export function partsOf(fay: unknown, own: OwnActions = {}, drivers: readonly string[] = []): VectorAssembledPart[] {
  const components = resolvedIds(fay)
    .filter((id) => RUNS_AS_GUEST.has(id))
    .map((part) => ({ part, section: `component/${part}`, actions: [...tableActions(part), ...(own[part] ?? [])] }));
  const ofDrivers = drivers.map((part, driver) => ({
    part,
    section: `driver/${part}`,
    driver,
    actions: [...(own[part] ?? [])],
  }));
  const ascending = (a: string, b: string): number => (a < b ? -1 : 1);
  return [...components, ...ofDrivers]
    .map((part) => ({ ...part, actions: [...part.actions].sort((a, b) => ascending(a.name, b.name)) }))
    .sort((a, b) => ascending(a.part, b.part));
}

/** The steps of an assembly. @spec assembly.steps */
export function stepsOf(fay: unknown, drivers: readonly string[] = []): VectorAssemblyStep[] {
  const guests = COMPONENTS.filter(({ id, runs }) => runs === "guest" && resolvedIds(fay).includes(id));
  const idsWhere = (is: (row: (typeof guests)[number]) => boolean): string[] => guests.filter(is).map(({ id }) => id);
  return [
    { step: "modules", parts: idsWhere(({ id, group }) => group !== "protocol" && id !== "ego_model") },
    { step: "protocols", parts: idsWhere(({ group }) => group === "protocol") },
    { step: "control_mode", parts: [] },
    { step: "drivers", parts: [...drivers] },
    { step: "ego_model", parts: idsWhere(({ id }) => id === "ego_model") },
  ];
}

/** Events of the steps, as far as a failing part lets them be taken. @spec assembly.steps.events, assembly.steps.failed */
export function stepEvents(
  steps: readonly VectorAssemblyStep[],
  failing?: { readonly part: string; readonly code: string },
): VectorEvent[] {
  const events: VectorEvent[] = [];
  const publish = (name: string, fields: VectorEvent["fields"]): void =>
    void events.push({ event: `assembly.${name}`, fields });
  const done: string[] = [];
  for (const { step, parts } of steps) {
    publish("step_started", { step, parts });
    if (failing !== undefined && parts.includes(failing.part)) {
      publish("step_failed", { step, part: failing.part, code: failing.code });
      for (const before of done.reverse()) publish("step_undone", { step: before });
      return events;
    }
    publish("step_completed", { step });
    done.push(step);
  }
  return events;
}
