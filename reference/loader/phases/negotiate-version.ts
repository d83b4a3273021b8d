import type { InterfaceVersion } from "../../../generated/codecs/interface-version.js";
import type { Manifest } from "../../../generated/codecs/manifest.js";
import type { SchemaVersion } from "../../../generated/codecs/schema-version.js";
import { LoaderPhase } from "../../../generated/enums/loader-phase.js";
import { SCHEMA_VERSION } from "../../../generated/versions.js";
import { FaygerError } from "../../errors/fayger-error.js";
import { type NegotiatedArtifact, type ParsedArtifact, type TrustedArtifact, withFound } from "./load-context.js";

const phase = LoaderPhase.NegotiateVersion;

/**
 * Phase 6: compare the artifact's versions with the host's. A higher schema minor passes: what it adds is optional.
 *
 * @param available the Runtime_Interface the host offers
 * @spec versions.negotiation.schema, versions.negotiation.minor, versions.negotiation.context
 */
export function negotiateVersion(artifact: TrustedArtifact, available: InterfaceVersion): NegotiatedArtifact {
  const manifest = negotiateSchema(artifact);
  requireRuntimeInterface(manifest.runtimeInterfaceMin, available);
  return withFound(artifact, { manifest });
}

/**
 * The same for the two versions that a manifest states, without the manifest: for tools that answer before anything is
 * loaded.
 *
 * @throws FaygerError `LDR_SCHEMA_VERSION_UNSUPPORTED`, `LDR_RUNTIME_INTERFACE_UNSUPPORTED`
 * @spec versions.negotiation.schema, versions.negotiation.runtime-interface
 */
export function negotiateVersions(
  schemaVersion: SchemaVersion,
  runtimeInterfaceMin: InterfaceVersion,
  available: InterfaceVersion,
): void {
  if (schemaVersion[0] !== SCHEMA_VERSION[0]) throw schemaUnsupported(schemaVersion);
  requireRuntimeInterface(runtimeInterfaceMin, available);
}

/** The manifest, where its schema is of the major version this loader knows. */
export function negotiateSchema({ manifest, schemaVersion }: ParsedArtifact): Manifest {
  if (manifest !== undefined) return manifest;
  throw schemaUnsupported(schemaVersion);
}

function schemaUnsupported(schemaVersion: SchemaVersion): FaygerError {
  const required = schemaVersion.join(".");
  return new FaygerError("LDR_SCHEMA_VERSION_UNSUPPORTED", `schema ${required} is of another major version`, {
    phase,
    required,
    available: SCHEMA_VERSION.join("."),
    expected_range: `${SCHEMA_VERSION[0]}.x`,
  });
}

// @spec versions.negotiation.runtime-interface
function requireRuntimeInterface(needed: InterfaceVersion, available: InterfaceVersion): void {
  if (needed[0] === available[0] && !isGreater(needed, available)) return;
  const [required, offered] = [needed.join("."), available.join(".")];
  throw new FaygerError(
    "LDR_RUNTIME_INTERFACE_UNSUPPORTED",
    `Runtime_Interface ${required} is needed, ${offered} is offered`,
    {
      phase,
      required,
      available: offered,
      expected_range: `>=${available[0]}.0.0 <=${offered}`,
    },
  );
}

function isGreater(a: readonly number[], b: readonly number[]): boolean {
  for (let i = 0; i < a.length; i += 1) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}
