import type { Manifest } from "../../generated/codecs/manifest.js";
import type { RuntimeCapability } from "../../generated/enums/runtime-capability.js";
import type { RuntimeImplementation } from "../contracts/runtime-interface.js";
import { FaygerError } from "../errors/fayger-error.js";
import { refusalReason, requiredRuntimeCapabilities } from "./required-capabilities.js";
import type { HostQuotas } from "./resource-monitor.js";

/**
 * Choose among implementations: those that can run the artifact, in the host's order, then in the manifest's order of
 * preference, then in the order given. The same input gives the same answer.
 *
 * @param implementations in the order of registration
 * @param hostOrder implementation ids the host prefers, the first most
 * @param beyond RuntimeCapabilities that are needed besides those of the artifact
 * @throws FaygerError `RT_NO_MATCHING_IMPLEMENTATION` with the reason of every refusal
 * @spec runtime.routing
 */
export function route(
  implementations: readonly RuntimeImplementation[],
  manifest: Manifest,
  host: HostQuotas | undefined,
  hostOrder: readonly string[],
  beyond: readonly RuntimeCapability[] = [],
): RuntimeImplementation {
  const required = requiredRuntimeCapabilities(manifest, host, beyond);
  const refused: string[] = [];
  const candidates: RuntimeImplementation[] = [];
  for (const implementation of implementations) {
    const reason = refusalReason(implementation, manifest, required);
    if (reason === undefined) candidates.push(implementation);
    else refused.push(`${implementation.descriptor.id}: ${reason}`);
  }
  const preferred = manifest.runtime.prefer ?? [];
  const chosen = firstOf(hostOrder, candidates) ?? firstOf(preferred, candidates) ?? candidates[0];
  if (chosen === undefined) throw noMatchingImplementation(manifest, required, refused);
  return chosen;
}

/** No implementation can run an artifact. `refused` has one line for each, `id: reason`. @spec runtime.routing.none */
export function noMatchingImplementation(
  manifest: Manifest,
  required: readonly string[],
  refused: readonly string[],
): FaygerError<"RT_NO_MATCHING_IMPLEMENTATION"> {
  const { codeFormat } = manifest.runtime;
  return new FaygerError(
    "RT_NO_MATCHING_IMPLEMENTATION",
    `nothing registered can run ${manifest.name} (${codeFormat})`,
    {
      code_format: codeFormat,
      required: [...required],
      refused: [...refused],
    },
  );
}

function firstOf(
  order: readonly string[],
  candidates: readonly RuntimeImplementation[],
): RuntimeImplementation | undefined {
  for (const id of order) {
    const found = candidates.find((candidate) => candidate.descriptor.id === id);
    if (found !== undefined) return found;
  }
  return undefined;
}
