import { CAPABILITY_NAMES, type CapabilityName, isCapabilityName } from "../../generated/capabilities.js";
import { instructionNamed } from "../../generated/instructions/instruction-table.js";
import type { AdapterDescriptor } from "../contracts/platform-adapter.js";
import { FaygerError } from "../errors/fayger-error.js";
import { unfitExperiments } from "./experimental.js";

/**
 * Whether the capabilities and the instructions of a descriptor close: every capability a supported instruction needs
 * is supported, every supported capability is needed by some supported instruction, and restricted ones are a part of
 * the supported ones.
 *
 * @returns an `ADP_DESCRIPTOR_INCONSISTENT` that names what does not close, or nothing
 * @spec adapters.descriptor-closes
 */
export function descriptorFault(descriptor: AdapterDescriptor): FaygerError<"ADP_DESCRIPTOR_INCONSISTENT"> | undefined {
  const supported = new Set<string>(descriptor.supportedCapabilities);
  const needed = new Set<CapabilityName>();
  const unknown: string[] = [];
  for (const name of descriptor.supportedInstructions) {
    const row = instructionNamed(name);
    if (row === undefined) unknown.push(name);
    else if (row.capability !== null) needed.add(row.capability);
  }
  // @spec adapters.experimental
  unknown.push(...unfitExperiments(descriptor));
  for (const { capabilities } of descriptor.experimentalInstructions ?? []) {
    for (const name of capabilities) if (isCapabilityName(name)) needed.add(name);
  }
  const missing = [...needed, ...descriptor.restrictedCapabilities].filter((name) => !supported.has(name));
  const unused = CAPABILITY_NAMES.filter((name) => supported.has(name) && !needed.has(name));
  const unnamed = [...supported].filter((name) => !(CAPABILITY_NAMES as readonly string[]).includes(name));
  if (missing.length === 0 && unused.length === 0 && unnamed.length === 0 && unknown.length === 0) return undefined;
  const parts = [
    ...(unknown.length === 0 ? [] : [`no such instruction, or not to be registered: ${unknown.join(", ")}`]),
    ...(missing.length === 0 ? [] : [`needed but not supported: ${missing.join(", ")}`]),
    ...(unused.length === 0 ? [] : [`supported but not needed: ${unused.join(", ")}`]),
    ...(unnamed.length === 0 ? [] : [`no such capability: ${unnamed.join(", ")}`]),
  ];
  return new FaygerError("ADP_DESCRIPTOR_INCONSISTENT", `${descriptor.platformId}: ${parts.join("; ")}`, {
    platform: descriptor.platformId,
    missing_capabilities: [...new Set<string>(missing)].sort(),
    unused_capabilities: [...unused, ...unnamed].sort(),
    unknown_instructions: [...new Set(unknown)].sort(),
  });
}
