import { ASSEMBLY_STEPS, AssemblyStep } from "../../../generated/enums/assembly-step.js";
import { COMPONENT_ID_NUMBERS, COMPONENTS, ComponentId } from "../../../generated/enums/component-id.js";
import type { Assembled, AssembledPart } from "../artifact/assembled.js";

/** One step of an assembly, with the parts that it starts. */
export interface AssemblyStepParts {
  readonly step: AssemblyStep;
  /** In the order in which they are started. */
  readonly parts: readonly AssembledPart[];
}

/**
 * The steps in which an assembled BuF becomes a running iFay, in their order, with the parts of each in theirs.
 *
 * @spec assembly.steps
 */
export function assemblySteps({ parts }: Pick<Assembled, "parts">): readonly AssemblyStepParts[] {
  const ordered = [...parts].sort((left, right) => orderOf(left) - orderOf(right));
  return ASSEMBLY_STEPS.map((step) => ({ step, parts: ordered.filter((part) => stepOf(part) === step) }));
}

const PROTOCOLS: ReadonlySet<string> = new Set(
  COMPONENTS.filter(({ group }) => group === "protocol").map(({ id }) => id),
);

/** @spec assembly.steps */
function stepOf({ component }: AssembledPart): AssemblyStep {
  if (component === undefined) return AssemblyStep.Drivers;
  if (component === ComponentId.EgoModel) return AssemblyStep.EgoModel;
  return PROTOCOLS.has(component) ? AssemblyStep.Protocols : AssemblyStep.Modules;
}

/** Place among the parts of its own step. */
function orderOf({ component, driver }: AssembledPart): number {
  return component === undefined ? (driver ?? 0) : COMPONENT_ID_NUMBERS[component];
}
