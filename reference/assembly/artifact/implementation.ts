import type { PartAction } from "../../../generated/codecs/part-action.js";
import { encodePartImplementation, type PartImplementation } from "../../../generated/codecs/part-implementation.js";
import { type ComponentId, isComponentId } from "../../../generated/enums/component-id.js";
import { compareText, utf8Length } from "../../codec/codegen-v1.js";
import { STANDARD_CATALOGUE } from "../resolution/index.js";

/** Code that can be a part of an iFay: of a component that runs as a guest, of a driver, or of an Ego model. */
export interface Implementation {
  /** Name of the part: the component's id, or what the driver's package calls its target. */
  readonly part: string;
  /** The component; absent for a driver. */
  readonly component?: ComponentId;
  /** Package of a driver, or source of an Ego model; absent for every other. */
  readonly source?: string;
  /** SemVer 2.0. */
  readonly version: string;
  /** Who made it. 1 to 128 bytes. */
  readonly provider: string;
  /** Actions that it adds to those of the table `components`, in any order. */
  readonly actions: readonly PartAction[];
  /** A program of code format `wasm-core-2` that exports `run`. */
  readonly code: Uint8Array;
}

/** Bytes of the longest name of a host function. @spec manifest.name, manifest.host-functions */
const LONGEST_NAME = 128;

/** Actions ascending by their names, as the assembly section holds them. */
function ascendingActions(actions: readonly PartAction[]): readonly PartAction[] {
  return [...actions].sort((a, b) => compareText(a.name, b.name));
}

/** What the assembly section says of an implementation. @spec assembly.section */
export function partImplementation({ part, source, version, provider, actions }: Implementation): PartImplementation {
  return {
    part,
    version,
    provider,
    ...(source !== undefined && { source }),
    actions: ascendingActions(actions).map(({ name, skill, permission }) => ({
      name,
      ...(skill !== undefined && { skill }),
      ...(permission !== undefined && { permission }),
    })),
  };
}

/**
 * What keeps a value from being an implementation, one line for each fault; empty where nothing does. The code is not
 * looked at: a runtime validates it.
 *
 * @spec assembly.implementations.actions, assembly.drivers
 */
export function implementationFaults(implementation: Implementation): string[] {
  const { part, component, source, actions } = implementation;
  const faults: string[] = [];
  try {
    encodePartImplementation(partImplementation(implementation));
  } catch (error) {
    faults.push(error instanceof Error ? error.message : String(error));
  }
  if (component === undefined) {
    if (isComponentId(part)) faults.push(`${part} is the name of a component, which no driver can have`);
    if (source === undefined) faults.push("a driver has a package as its source");
  } else {
    if (part !== component) faults.push(`the part of ${component} has its name, and not ${part}`);
    if (STANDARD_CATALOGUE.row(component)?.runs !== "guest")
      faults.push(`${component} is the assembly service and has no code`);
    if (source !== undefined && component !== "ego_model") faults.push(`${component} has no source`);
  }
  for (const { name } of actions) {
    if (declaredByTable(component, name)) faults.push(`${name} is an action of the table components`);
    if (utf8Length(`${part}.${name}`) > LONGEST_NAME)
      faults.push(`${part}.${name} is longer than ${LONGEST_NAME} bytes`);
  }
  return faults;
}

/** Whether the table `components` has this action of the component. @spec assembly.implementations.actions */
export function declaredByTable(component: ComponentId | undefined, action: string): boolean {
  return (
    component !== undefined && (STANDARD_CATALOGUE.row(component)?.actions ?? []).some(({ name }) => name === action)
  );
}
