import type { Manifest } from "../../generated/codecs/manifest.js";
import { QUOTAS } from "../../generated/enums/quota-name.js";
import type { RuntimeCapability } from "../../generated/enums/runtime-capability.js";
import type { RuntimeImplementation } from "../contracts/runtime-interface.js";
import { declaredQuotas, type HostQuotas } from "./resource-monitor.js";

/**
 * The RuntimeCapabilities an implementation needs to run an artifact on this host: those the manifest requires by
 * name, and those that hold the quotas which manifest and host policy set. Ascending, no duplicates.
 *
 * @param beyond what is needed besides
 * @spec runtime.routing.required, quotas.implied, manifest.runtime
 */
export function requiredRuntimeCapabilities(
  manifest: Manifest,
  host: HostQuotas | undefined,
  beyond: readonly RuntimeCapability[] = [],
): string[] {
  const required = new Set<string>([...(manifest.runtime.requires ?? []), ...beyond]);
  const declared = new Set(declaredQuotas(manifest.quotas, host));
  for (const { name, implies } of QUOTAS) if (implies !== null && declared.has(name)) required.add(implies);
  return [...required].sort();
}

/**
 * Why an implementation cannot run an artifact, for people and for `RT_NO_MATCHING_IMPLEMENTATION`; `undefined` where
 * it can.
 *
 * @param required the result of {@link requiredRuntimeCapabilities}
 * @spec runtime.routing.match
 */
export function refusalReason(
  implementation: Pick<RuntimeImplementation, "descriptor" | "rtVersion" | "capabilities">,
  manifest: Manifest,
  required: readonly string[],
): string | undefined {
  const { codeFormat } = manifest.runtime;
  if (!implementation.descriptor.codeFormats.includes(codeFormat)) return `does not run ${codeFormat}`;
  const version = implementation.rtVersion();
  if (!satisfies(version, manifest.runtimeInterfaceMin)) {
    return `offers Runtime_Interface ${version.join(".")}, not ${manifest.runtimeInterfaceMin.join(".")}`;
  }
  const offered: ReadonlySet<string> = implementation.capabilities();
  const lacking = required.filter((capability) => !offered.has(capability));
  return lacking.length === 0 ? undefined : `lacks ${lacking.join(", ")}`;
}

type Version = readonly [major: number, minor: number, patch: number];

/** Same major, and not below the minimum. */
function satisfies(offered: Version, minimum: Version): boolean {
  if (offered[0] !== minimum[0]) return false;
  if (offered[1] !== minimum[1]) return offered[1] > minimum[1];
  return offered[2] >= minimum[2];
}
