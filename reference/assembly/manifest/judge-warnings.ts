import { type ComponentAction, ComponentId } from "../../../generated/enums/component-id.js";
import { ControlMode } from "../../../generated/enums/control-mode.js";
import type { BoundarySet, FayManifest } from "../../../generated/json/fay-manifest.js";
import type { ComponentCatalogue } from "../resolution/catalogue.js";
import { resolvedIds, resolveFayManifest } from "../resolution/resolve.js";
import { type Declared, declaredComponents, pathOf } from "./declared.js";
import type { Finding } from "./finding.js";
import { quoted } from "./quoted.js";

/** What control mode `autonomous` rests on. */
const AUTONOMY = [ComponentId.SelfAwareness, ComponentId.SelfDrivenBehavior, ComponentId.InternalSkill] as const;
const BOUNDARY_SETS = ["cognitiveBoundaries", "skillBoundaries", "permissionBoundaries"] as const;
const BOUNDARY_LISTS = ["allowed", "restricted", "requiresConfirmation"] as const;

/** What is said of nearly every component: one list for all of them. */
const NONE: readonly Finding[] = [];

/**
 * What is doubtful about a FayManifest without an error.
 *
 * @spec faymanifest.validation.warnings
 */
export function* warningsOf(manifest: FayManifest, catalogue: ComponentCatalogue): Iterable<Finding> {
  const declared = declaredComponents(manifest);
  const present = resolvedIds(resolveFayManifest(manifest, catalogue));
  for (const component of declared) yield* missingRelations(component, present, catalogue);
  yield* ego(manifest);
  yield* autonomy(manifest, present);
  yield* missingPermissions(manifest, declared, catalogue);
  yield* authentication(manifest);
  for (const set of BOUNDARY_SETS) yield* boundaryConflicts(manifest.ego?.constraints?.[set], set);
  yield* drivers(manifest, present);
}

function missingRelations(
  declared: Declared,
  present: ReadonlySet<string>,
  catalogue: ComponentCatalogue,
): readonly Finding[] {
  const depends = catalogue.row(declared.id)?.depends;
  if (depends === undefined || depends.every((needed) => present.has(needed))) return NONE;
  return depends
    .filter((needed) => !present.has(needed))
    .sort((a, b) => (catalogue.position(a) ?? 0) - (catalogue.position(b) ?? 0))
    .map((needed) => ({
      field: pathOf(declared),
      code: "relation_missing",
      message: `\`${declared.id}\` depends on \`${needed}\`, which is neither declared nor added`,
      suggestion: `Declare \`${needed}\` in \`${listOf(needed, catalogue)}\`.`,
    }));
}

function listOf(id: string, catalogue: ComponentCatalogue): string {
  return catalogue.row(id)?.group === "protocol" ? "protocols" : "modules";
}

function ego({ controlMode, ego: block }: FayManifest): readonly Finding[] {
  if (controlMode === ControlMode.Ego && block === undefined) {
    return [
      {
        field: "$.controlMode",
        code: "ego_missing",
        message: "control mode `ego` has nobody who decides: there is no `ego`",
        suggestion: "Add an `ego` block that names the source of a model, or choose another control mode.",
      },
    ];
  }
  if (controlMode === ControlMode.Command && block !== undefined) {
    return [
      {
        field: "$.ego",
        code: "ego_unused",
        message: "in control mode `command` a person decides: the boundaries of `ego` bind nobody",
        suggestion: "Choose control mode `ego` or `autonomous`, or leave `ego` out.",
      },
    ];
  }
  return [];
}

function autonomy({ controlMode }: FayManifest, present: ReadonlySet<string>): readonly Finding[] {
  if (controlMode !== ControlMode.Autonomous) return [];
  return AUTONOMY.filter((id) => !present.has(id)).map((id) => ({
    field: "$.controlMode",
    code: "autonomy_incomplete",
    message: `control mode \`autonomous\` rests on \`${id}\`, which is not there`,
    suggestion: `Declare \`${id}\` in \`modules\`.`,
  }));
}

function* missingPermissions(
  { permissions }: FayManifest,
  declared: readonly Declared[],
  catalogue: ComponentCatalogue,
): Iterable<Finding> {
  const held = new Set([...(permissions?.inherent ?? []), ...(permissions?.persistent ?? [])]);
  const isMissing = ({ permission }: ComponentAction) => permission !== null && !held.has(permission);
  for (const component of declared) {
    const { id } = component;
    const all = catalogue.row(id)?.actions;
    if (all === undefined || !all.some(isMissing)) continue;
    const actions = all.filter(isMissing);
    for (const permission of new Set(actions.map((action) => action.permission as string))) {
      yield {
        field: pathOf(component),
        code: "permission_missing",
        message: `${namesOf(actions, id, permission)} needs the permission \`${permission}\`, which is not declared`,
        suggestion: `Add \`${permission}\` to \`permissions.inherent\`, or to \`permissions.persistent\` where a person gives it.`,
      };
    }
  }
}

function namesOf(actions: readonly ComponentAction[], id: string, permission: string): string {
  return actions
    .filter((action) => action.permission === permission)
    .map((action) => `\`${id}.${action.name}\``)
    .join(" and ");
}

function authentication({ permissions }: FayManifest): readonly Finding[] {
  if ((permissions?.persistent ?? []).length === 0 || (permissions?.authMethods ?? []).length > 0) return [];
  return [
    {
      field: "$.permissions.persistent",
      code: "authentication_missing",
      message: "nobody can give these permissions: no authentication method is declared",
      suggestion: "Add a method to `permissions.authMethods`, for instance `device_fingerprint`.",
    },
  ];
}

function* boundaryConflicts(set: BoundarySet | undefined, name: string): Iterable<Finding> {
  const lists = new Map<string, Set<string>>();
  for (const list of BOUNDARY_LISTS) {
    for (const text of set?.[list] ?? []) lists.set(text, (lists.get(text) ?? new Set()).add(list));
  }
  for (const [text, names] of lists) {
    if (names.size < 2) continue;
    yield {
      field: `$.ego.constraints.${name}`,
      code: "boundary_conflict",
      message: `${quoted(text)} stands in ${[...names].map((list) => `\`${list}\``).join(" and ")}`,
      suggestion: `Keep it in one of them; now \`${names.has("restricted") ? "restricted" : "requiresConfirmation"}\` counts.`,
    };
  }
}

function drivers({ drivers: declared }: FayManifest, present: ReadonlySet<string>): readonly Finding[] {
  if ((declared ?? []).length === 0 || present.has(ComponentId.DeviceDriverHub)) return [];
  return [
    {
      field: "$.drivers",
      code: "driver_without_hub",
      message: "nothing hands commands to drivers: `device_driver_hub` is not declared",
      suggestion: "Declare `device_driver_hub` in `modules`, or leave `drivers` out.",
    },
  ];
}
