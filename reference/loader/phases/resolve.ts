import { LoaderPhase } from "../../../generated/enums/loader-phase.js";
import { SectionKind } from "../../../generated/enums/section-kind.js";
import { FaygerError } from "../../errors/fayger-error.js";
import { satisfies } from "../../versions/version-range.js";
import type { DependencyOffer } from "../load-options.js";
import type { LoadContext, SelectedArtifact } from "./load-context.js";

const phase = LoaderPhase.Resolve;

/**
 * Phase 8: find the entry section, and an offer of the host for each dependency.
 *
 * @spec loader.resolve.entry
 */
export function resolve(context: LoadContext, artifact: SelectedArtifact): void {
  const { manifest, directory, selection } = artifact;
  resolveEntry(artifact);
  for (const { name, versionRange } of manifest.dependencies ?? []) {
    resolveDependency(name, versionRange, context.loader.offers);
  }
  // @spec loader.resolve.assembly: without its FayManifest the artifact still is a program.
  if (manifest.assembly !== undefined && selection.reasons.has(directory.positionOf(manifest.assembly))) {
    context.services.events.publish("load.assembly_unselected", { section_id: manifest.assembly });
  }
}

function resolveEntry({ manifest, index, directory, selection }: SelectedArtifact): void {
  const sectionId = manifest.entry.section;
  const at = directory.positionOf(sectionId);
  const entry = at < 0 ? undefined : index.at(at);
  const reason =
    entry === undefined
      ? "missing"
      : entry.kind !== SectionKind.Code
        ? "not_code"
        : selection.reasons.has(at)
          ? "not_selected"
          : undefined;
  if (reason === undefined) return;
  throw new FaygerError("LDR_ENTRY_UNRESOLVED", `the entry section ${sectionId} is ${reason}`, {
    phase,
    section_id: sectionId,
    reason,
  });
}

/** @spec loader.resolve.dependencies */
function resolveDependency(name: string, versionRange: string, offers: readonly DependencyOffer[]): void {
  const available = offers.filter((offer) => offer.name === name).map((offer) => offer.version);
  if (available.some((version) => satisfies(version, versionRange))) return;
  throw new FaygerError("LDR_DEPENDENCY_UNRESOLVED", `the host offers no ${name} in ${versionRange}`, {
    phase,
    name,
    version_range: versionRange,
    available,
  });
}
