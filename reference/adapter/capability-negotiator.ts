import {
  type CapabilitySet,
  capabilityNames,
  capabilitySet,
  difference,
  intersection,
} from "../../generated/capabilities.js";
import { compareText } from "../codec/utf8.js";
import type { NegotiationResult } from "../contracts/policy.js";

/** The sets of one negotiation, by name. Names that are not in the table `capabilities` are never granted. */
export interface NegotiationRequest {
  /** What the artifact asks for: required and optional together. */
  readonly requested: Iterable<string>;
  /** What the Platform_Adapter can honour. */
  readonly available: Iterable<string>;
  /** What the host's policy is willing to grant. */
  readonly policy: Iterable<string>;
  /** What the Platform_Adapter honours in a restricted form. */
  readonly restricted?: Iterable<string>;
}

/**
 * Negotiate capabilities: granted = requested ∩ available ∩ policy, denied = requested \ granted, and a warning for
 * each granted one that the host restricts.
 *
 * @spec capabilities.negotiation
 */
export function negotiate(request: NegotiationRequest): NegotiationResult {
  const requested = [...request.requested];
  const granted = grantedSet(requested, request.available, request.policy);
  const names: readonly string[] = capabilityNames(granted);
  const denied = requested.filter((name) => !names.includes(name));
  return {
    granted: names,
    // @spec capabilities.unknown: an unknown name is denied like a refused one, so that `start` can name it.
    denied: ascending(denied),
    // @spec capabilities.negotiation.warnings
    warnings: capabilityNames(intersection(granted, capabilitySet(request.restricted ?? []))),
  };
}

/** requested ∩ available ∩ policy, as the mask the bus checks instructions against. @spec capabilities.negotiation */
export function grantedSet(
  requested: Iterable<string>,
  available: Iterable<string>,
  policy: Iterable<string>,
): CapabilitySet {
  return intersection(intersection(capabilitySet(requested), capabilitySet(available)), capabilitySet(policy));
}

/**
 * Names of the capabilities in `required` that `granted` lacks, ascending; a bit without a name is written `bit N`.
 *
 * @spec instructions.check-capabilities
 */
export function missingCapabilities(required: CapabilitySet, granted: CapabilitySet): string[] {
  const missing = difference(required, granted);
  const named = capabilityNames(missing);
  const unnamed = difference(missing, capabilitySet(named));
  const names: string[] = [...named];
  // A set keeps bits 0 to 30 apart; its bit 31 stands for every capability of an instruction beyond them.
  for (let bit = 0; bit < 31; bit += 1) if ((unnamed >>> bit) & 1) names.push(`bit ${bit}`);
  if (unnamed < 0) names.push("bit 31 or above");
  return names;
}

/** Distinct names in ascending order of their UTF-8 bytes. */
function ascending(names: readonly string[]): string[] {
  return [...new Set(names)].sort(compareText);
}
