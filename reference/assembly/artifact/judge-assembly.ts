import { type AssemblySection, decodeAssemblySection } from "../../../generated/codecs/assembly-section.js";
import type { Manifest } from "../../../generated/codecs/manifest.js";
import type { PartImplementation } from "../../../generated/codecs/part-implementation.js";
import type { SectionIndex } from "../../../generated/codecs/section-index.js";
import { AssemblyReason } from "../../../generated/enums/assembly-reason.js";
import { isComponentId } from "../../../generated/enums/component-id.js";
import { LoaderPhase } from "../../../generated/enums/loader-phase.js";
import { SectionKind } from "../../../generated/enums/section-kind.js";
import type { FayManifest } from "../../../generated/json/fay-manifest.js";
import type { FayResolution, ResolvedComponent } from "../../../generated/json/fay-resolution.js";
import { compareText } from "../../codec/codegen-v1.js";
import { FaygerError } from "../../errors/fayger-error.js";
import { satisfies } from "../../versions/version-range.js";
import { readFayManifest } from "../manifest/index.js";
import { resolveFayManifest } from "../resolution/index.js";
import { type Assembled, type AssembledPart, actionsOf, neededHostFunctions } from "./assembled.js";
import { ASSEMBLY_SECTION } from "./assembled-artifact.js";
import { guestComponents } from "./guest-components.js";
import { declaredByTable } from "./implementation.js";
import { sectionIdOf } from "./implementation-registry.js";
import { sameJson } from "./same-json.js";

/** What is known of a loaded artifact beside its assembly section. */
export interface JudgedArtifact {
  readonly manifest: Manifest;
  readonly index: SectionIndex;
  /** Whether the load selected a section. */
  isSelected(sectionId: string): boolean;
}

/** An implementation, and what it is one of. */
interface MatchedPart {
  readonly implementation: PartImplementation;
  readonly component: ResolvedComponent | undefined;
  readonly driver: number | undefined;
}

type Refuse = (reason: AssemblyReason, message: string, part?: string) => never;

/**
 * What an assembled artifact is made of, once its assembly section agrees with it.
 *
 * @param section the body of the section that the manifest names as its `assembly`
 * @throws FaygerError `LDR_ASSEMBLY_INVALID` with the first reason that applies
 * @spec assembly.checks, assembly.checks.again
 */
export function judgeAssembly(section: Uint8Array, artifact: JudgedArtifact): Assembled {
  const sectionId = artifact.manifest.assembly ?? ASSEMBLY_SECTION;
  const refuse: Refuse = (reason, message, part) => {
    throw new FaygerError("LDR_ASSEMBLY_INVALID", `${sectionId}: ${message}`, {
      phase: LoaderPhase.HandOff,
      section_id: sectionId,
      reason,
      ...(part !== undefined && { part }),
    });
  };
  const document = decoded(section, refuse);
  const manifest = judgedManifest(document.manifest, refuse);
  judgeName(manifest, artifact.manifest, refuse);
  const resolution = resolveFayManifest(manifest);
  if (!sameJson(resolution, document.resolution)) {
    refuse(AssemblyReason.ResolutionMismatch, "the FayManifest resolves to something else");
  }
  const matched = matchedParts(document.implementations, manifest, resolution, refuse);
  for (const part of matched) judgeImplementation(part, manifest, refuse);
  const parts = matched.map(assembledPart);
  judgeSections(parts, artifact, refuse);
  judgeHostFunctions(parts, artifact.manifest, refuse);
  return { manifest, resolution, parts };
}

/** The section, its resolution as a JSON value. */
function decoded(
  section: Uint8Array,
  refuse: Refuse,
): Omit<AssemblySection, "resolution"> & { readonly resolution: unknown } {
  try {
    const document = decodeAssemblySection(section);
    return { ...document, resolution: JSON.parse(document.resolution) as unknown };
  } catch (error) {
    return refuse(AssemblyReason.NotDecodable, error instanceof Error ? error.message : String(error));
  }
}

function judgedManifest(text: string, refuse: Refuse): FayManifest {
  // Comments are for the file of an author: what a loader reads is JSON.
  const { manifest, errors } = readFayManifest(text, { comments: false });
  if (manifest !== undefined) return manifest;
  const [first] = errors;
  return refuse(AssemblyReason.ManifestInvalid, `${first?.field ?? "$"}: ${first?.message ?? "no FayManifest"}`);
}

function judgeName(manifest: FayManifest, outer: Manifest, refuse: Refuse): void {
  if (manifest.name === outer.name && manifest.version === outer.version) return;
  const names = `the FayManifest is of ${manifest.name} ${manifest.version}`;
  refuse(AssemblyReason.NameMismatch, `${names}, the artifact ${outer.name} ${outer.version}`);
}

/** What each implementation is one of: nothing resolved or declared is left without, and no implementation is left over. */
function matchedParts(
  implementations: readonly PartImplementation[],
  manifest: FayManifest,
  resolution: FayResolution,
  refuse: Refuse,
): readonly MatchedPart[] {
  const components = new Map(guestComponents(resolution).map(({ id, resolved }) => [id as string, resolved]));
  const present = new Set(implementations.map(({ part }) => part));
  for (const id of [...components.keys()].sort(compareText)) {
    if (!present.has(id)) refuse(AssemblyReason.ImplementationMissing, `${id} has no implementation`, id);
  }
  const drivers = matchedDrivers(implementations, manifest, refuse);
  return implementations.map((implementation) => {
    const { part } = implementation;
    const component = components.get(part);
    const driver = drivers.get(part);
    if (component === undefined && driver === undefined) {
      refuse(AssemblyReason.ImplementationUnexpected, `${part} implements nothing that is resolved or declared`, part);
    }
    return { implementation, component, driver };
  });
}

/** The driver that each part of one is, by the name of the part. */
function matchedDrivers(
  implementations: readonly PartImplementation[],
  manifest: FayManifest,
  refuse: Refuse,
): ReadonlyMap<string, number> {
  const byPackage = new Map<string, string[]>();
  for (const { part, source } of implementations) {
    // @spec assembly.drivers: no driver has the name of a component, be it resolved or not.
    if (source === undefined || isComponentId(part)) continue;
    const parts = byPackage.get(source);
    if (parts === undefined) byPackage.set(source, [part]);
    else parts.push(part);
  }
  const drivers = new Map<string, number>();
  const taken = new Map<string, number>();
  (manifest.drivers ?? []).forEach(({ name, driverPackage }, driver) => {
    const count = taken.get(driverPackage) ?? 0;
    taken.set(driverPackage, count + 1);
    const part = byPackage.get(driverPackage)?.[count];
    if (part === undefined) {
      refuse(AssemblyReason.ImplementationMissing, `the driver ${name} has no implementation of ${driverPackage}`);
    } else {
      drivers.set(part, driver);
    }
  });
  return drivers;
}

/** @spec assembly.implementations, assembly.implementations.actions */
function judgeImplementation({ implementation, component }: MatchedPart, manifest: FayManifest, refuse: Refuse): void {
  if (component === undefined) return;
  const { part, version, provider, source, actions } = implementation;
  const mismatch = (message: string): never =>
    refuse(AssemblyReason.ImplementationMismatch, `${part} ${version} of ${provider} ${message}`, part);
  if (component.version !== undefined && !satisfies(version, component.version)) {
    mismatch(`is outside ${component.version}`);
  }
  if (component.provider !== undefined && provider !== component.provider) {
    mismatch(`is not of ${component.provider}`);
  }
  const wanted = part === "ego_model" ? manifest.ego?.modelSource : undefined;
  if (source !== wanted) mismatch(`has the source ${source ?? "none"}, not ${wanted ?? "none"}`);
  const again = actions.find(({ name }) => isComponentId(part) && declaredByTable(part, name));
  if (again !== undefined) mismatch(`declares ${again.name} of the table components again`);
}

function assembledPart({ implementation, driver }: MatchedPart): AssembledPart {
  const { part: name, actions } = implementation;
  const component = isComponentId(name) ? name : undefined;
  return { name, sectionId: sectionIdOf(name, component), component, driver, actions: actionsOf(component, actions) };
}

function judgeSections(parts: readonly AssembledPart[], artifact: JudgedArtifact, refuse: Refuse): void {
  const kinds = new Map<string, number | undefined>(parts.map(({ sectionId }) => [sectionId, undefined]));
  // An index can have a million rows, and a row is made when it is asked for: one pass.
  for (const { sectionId, kind } of artifact.index) if (kinds.has(sectionId)) kinds.set(sectionId, kind);
  for (const { name, sectionId } of parts) {
    if (kinds.get(sectionId) !== SectionKind.Code) {
      refuse(AssemblyReason.SectionMissing, `${sectionId} is no section of kind code`, name);
    }
    if (!artifact.isSelected(sectionId)) {
      refuse(AssemblyReason.SectionMissing, `${sectionId} was not selected`, name);
    }
  }
}

/** @spec assembly.manifest */
function judgeHostFunctions(parts: readonly AssembledPart[], outer: Manifest, refuse: Refuse): void {
  const named = new Set(outer.hostFunctions ?? []);
  for (const { part, names } of neededHostFunctions(parts)) {
    const absent = names.find((name) => !named.has(name));
    if (absent !== undefined) {
      refuse(AssemblyReason.HostFunctionMissing, `the manifest does not name the host function ${absent}`, part);
    }
  }
}
