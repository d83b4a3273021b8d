import { dirname, resolve } from "node:path";
import type { ProfileConstraints } from "../../generated/codecs/profile-constraints.js";
import { SECTION_KIND_NAMES } from "../../generated/enums/section-kind.js";
import { SectionVisibility } from "../../generated/enums/section-visibility.js";
import type { PackRecipe, RecipeConstraints, RecipeSection } from "../../generated/json/pack-recipe.js";
import { RUNTIME_INTERFACE_VERSION, SCHEMA_VERSION } from "../../generated/versions.js";
import type { Artifact, ArtifactBody, ManifestContent } from "../../reference/node.js";
import { UsageError } from "./command.js";
import { readInput } from "./files.js";

/** Ascending by UTF-8 bytes and without doubles: what the format asks of every set. An author may write any order. */
function ascending(names: readonly string[]): string[] {
  // @spec tools.pack-recipe.order, tools.pack-recipe.deterministic
  return [...new Set(names)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** A set that the manifest leaves out where it is empty. */
function setOf<K extends string>(key: K, names: readonly string[] | undefined): { [P in K]?: string[] } {
  return names === undefined || names.length === 0 ? {} : ({ [key]: ascending(names) } as { [P in K]: string[] });
}

/**
 * The artifact a recipe describes, unsigned, with its bodies in memory. Paths are relative to the recipe's folder.
 *
 * @throws FaygerError `HOST_ERROR` where a file cannot be read
 * @spec tools.pack-recipe
 */
export function artifactOf(recipe: PackRecipe, recipePath: string): Artifact {
  return describedArtifact(recipe, recipePath, readInput);
}

/** The same with bodies from elsewhere. @param bodyOf the body of a file, by its absolute path */
export function describedArtifact<B extends ArtifactBody>(
  recipe: PackRecipe,
  recipePath: string,
  bodyOf: (path: string) => B,
): Artifact<B> {
  const folder = dirname(resolve(recipePath));
  const sections = recipe.sections.map((section) => ({
    sectionId: section.id,
    kind: kindOf(section),
    visibility: section.visibility === "optional" ? SectionVisibility.Optional : SectionVisibility.Required,
    profileConstraints: constraintsOf(section.profile_constraints ?? {}),
    body: bodyOf(resolve(folder, section.file)),
  }));
  return { manifest: manifestOf(recipe), sections };
}

/** Every file that a recipe names, once. */
export function filesOf({ sections }: PackRecipe, recipePath: string): string[] {
  const folder = dirname(resolve(recipePath));
  return [...new Set(sections.map(({ file }) => resolve(folder, file)))];
}

function manifestOf(recipe: PackRecipe): ManifestContent {
  const { quotas, annotations, deprecation_notice: deprecationNotice, dependencies = [] } = recipe;
  return {
    schemaVersion: SCHEMA_VERSION,
    runtimeInterfaceMin: interfaceVersion(recipe.runtime_interface_min),
    name: recipe.name,
    version: recipe.version,
    entry: recipe.entry,
    runtime: {
      codeFormat: recipe.runtime.code_format,
      ...setOf("requires", recipe.runtime.requires),
      ...(recipe.runtime.prefer !== undefined && recipe.runtime.prefer.length > 0 && { prefer: recipe.runtime.prefer }),
    },
    requiredCapabilities: ascending(recipe.required_capabilities ?? []),
    ...setOf("optionalCapabilities", recipe.optional_capabilities),
    ...setOf("hostFunctions", recipe.host_functions),
    ...(quotas !== undefined && {
      quotas: {
        ...(quotas.memory_bytes !== undefined && { memoryBytes: quotas.memory_bytes }),
        ...(quotas.table_elements !== undefined && { tableElements: quotas.table_elements }),
        ...(quotas.fuel !== undefined && { fuel: quotas.fuel }),
        ...(quotas.fuel_per_slice !== undefined && { fuelPerSlice: quotas.fuel_per_slice }),
        ...(quotas.wall_ms !== undefined && { wallMs: quotas.wall_ms }),
        ...(quotas.emits_per_second !== undefined && { emitsPerSecond: quotas.emits_per_second }),
        ...(quotas.max_pending_events !== undefined && { maxPendingEvents: quotas.max_pending_events }),
        ...(quotas.open_handles !== undefined && { openHandles: quotas.open_handles }),
        ...(quotas.open_calls !== undefined && { openCalls: quotas.open_calls }),
        ...(quotas.reply_bytes !== undefined && { replyBytes: quotas.reply_bytes }),
      },
    }),
    ...(dependencies.length > 0 && {
      dependencies: [...dependencies]
        .sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)))
        .map(({ name, version_range: versionRange }) => ({ name, versionRange })),
    }),
    ...(deprecationNotice !== undefined && { deprecationNotice }),
    ...(annotations !== undefined && Object.keys(annotations).length > 0 && { annotations }),
  };
}

function interfaceVersion(text: string | undefined): readonly [number, number, number] {
  if (text === undefined) return RUNTIME_INTERFACE_VERSION;
  const [major = 0, minor = 0, patch = 0] = text.split(".").map(Number);
  return [major, minor, patch];
}

function kindOf({ id, kind }: RecipeSection): number {
  if (typeof kind === "number") return kind;
  const found = Object.entries(SECTION_KIND_NAMES).find(([, name]) => name === kind);
  if (found !== undefined) return Number(found[0]);
  throw new UsageError(
    `section ${id}: there is no kind \`${kind}\`; expected ${Object.values(SECTION_KIND_NAMES).join(", ")} or a number`,
  );
}

function constraintsOf(constraints: RecipeConstraints): ProfileConstraints {
  return {
    ...setOf("terminals", constraints.terminals),
    ...setOf("capabilities", constraints.capabilities),
    ...setOf("features", constraints.features),
    ...(constraints.min_memory_bytes !== undefined && { minMemoryBytes: constraints.min_memory_bytes }),
  };
}
