import { default as fc } from "fast-check";
import type { Manifest } from "../../generated/codecs/manifest.js";
import type { SectionIndex } from "../../generated/codecs/section-index.js";
import { SectionKind } from "../../generated/enums/section-kind.js";
import type { LoadProfile } from "../../generated/json/load-profile.js";
import { arbitraryManifest } from "../../generated/testing/arbitraries/manifest.js";
import { arbitrarySectionIndex } from "../../generated/testing/arbitraries/section-index.js";
import type { Artifact, ArtifactSection } from "../../reference/contracts/buf-serializer.js";
import { createSerializer } from "../../reference/loader/index.js";
import { partsOf, type StoredParts } from "../../reference/loader/testing/mutations.js";
import { nodeSha256 } from "../../reference/security/backends/node.js";
import { STRANGER, TRUSTED } from "./keys.js";

/** A genuine artifact out of the generated arbitraries, and the host it is loaded by. */
export interface Base {
  readonly bytes: Uint8Array;
  readonly parts: StoredParts;
  readonly profile: LoadProfile;
  readonly enforce: boolean;
}

/** Everything a base is made from. */
interface Recipe {
  readonly manifest: Manifest;
  readonly index: SectionIndex;
  readonly bodies: readonly Uint8Array[];
  /** Whether what would end a load of the intact artifact is taken out: none of it stays, or its dependencies, or all that `resolve` finds, or all. */
  readonly obstacles: "none" | "dependencies" | "resolve" | "all";
  readonly signing: "none" | "trusted" | "stranger" | "any";
  readonly isAssembled: boolean;
  readonly keepsConstraints: boolean;
  readonly enforce: boolean;
  readonly profile: Partial<LoadProfile> & { readonly terminal: string; readonly claims: number };
}

const TERMINALS = ["desktop", "embedded", "server"];

function arbitraryRecipe(growth: "closed" | "open"): fc.Arbitrary<Recipe> {
  const budget = fc.oneof(fc.integer({ min: 0, max: 150 }), fc.constant(Number.MAX_SAFE_INTEGER));
  return fc.record({
    manifest: arbitraryManifest({ growth }),
    index: arbitrarySectionIndex({ growth }),
    bodies: fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 7, maxLength: 7 }),
    obstacles: fc.constantFrom("none", "none", "none", "dependencies", "resolve", "all"),
    signing: fc.constantFrom("none", "trusted", "trusted", "stranger", "any"),
    isAssembled: fc.boolean(),
    keepsConstraints: fc.boolean(),
    enforce: fc.boolean(),
    profile: fc.record(
      {
        terminal: fc.constantFrom(...TERMINALS),
        claims: fc.nat(3),
        memory_bytes: fc.nat(2 ** 20),
        max_section_bytes: budget,
        max_total_bytes: budget,
      },
      { requiredKeys: ["terminal", "claims"] },
    ),
  });
}

const RECIPES = fc.oneof(
  { arbitrary: arbitraryRecipe("closed"), weight: 3 },
  { arbitrary: arbitraryRecipe("open"), weight: 1 },
);

const serializer = createSerializer(nodeSha256);

/** As many genuine artifacts; the same for the same seed. */
export async function makeBases(seed: number, count: number): Promise<Base[]> {
  const bases: Base[] = [];
  for (const recipe of fc.sample(RECIPES, { seed, numRuns: count })) bases.push(await makeBase(recipe));
  return bases;
}

async function makeBase(recipe: Recipe): Promise<Base> {
  const { signing, enforce } = recipe;
  let artifact = artifactOf(recipe);
  if (signing === "trusted") artifact = await serializer.sign(artifact, TRUSTED.signer);
  if (signing === "stranger") artifact = await serializer.sign(artifact, STRANGER.signer);
  const bytes = serializer.serialize(artifact);
  const lengths = artifact.sections.map((section) => section.body.length);
  return { bytes, parts: partsOf(bytes, lengths), profile: profileOf(recipe, artifact), enforce };
}

function artifactOf({ manifest, index, bodies, obstacles, signing, isAssembled, keepsConstraints }: Recipe): Artifact {
  const sections: ArtifactSection[] = Array.from(index, (entry, at) => ({
    sectionId: entry.sectionId,
    kind: entry.kind,
    visibility: entry.visibility,
    profileConstraints: keepsConstraints ? entry.profileConstraints : {},
    body: bodies[at] as Uint8Array,
  }));
  const content: { -readonly [K in keyof Manifest]: Manifest[K] } = { ...manifest };
  if (signing !== "any") delete content.signature;
  delete content.assembly;
  if (obstacles !== "all") content.runtimeInterfaceMin = [1, 0, 0];
  if (obstacles === "none" || obstacles === "dependencies") {
    if (obstacles === "none") delete content.dependencies;
    const first = sections[0] ?? {
      sectionId: "code",
      visibility: 0,
      profileConstraints: {},
      body: bodies[6] as Uint8Array,
    };
    sections[0] = { ...first, kind: SectionKind.Code, profileConstraints: {} };
    content.entry = { ...content.entry, section: first.sectionId };
  }
  const last = sections.at(-1);
  if (isAssembled && last !== undefined && sections.length > 1) {
    sections[sections.length - 1] = { ...last, kind: SectionKind.Assembly };
    content.assembly = last.sectionId;
  }
  return { manifest: content, sections };
}

/** A profile that claims some of what the sections ask for. */
function profileOf({ profile }: Recipe, { sections }: Artifact): LoadProfile {
  const { claims, terminal, ...budgets } = profile;
  const asked = sections.map((section) => section.profileConstraints);
  const texts = (lists: readonly (readonly string[] | undefined)[]): string[] => {
    const all = lists.flatMap((list) => list ?? []);
    // A profile has shorter texts than a section may ask for.
    return [...new Set(all)].filter((text) => text !== "" && Buffer.byteLength(text) <= 64);
  };
  const [named] = texts(asked.map((constraints) => constraints.terminals));
  return {
    ...budgets,
    // A class that nobody has heard of is matched as text like any other.
    terminal: (claims & 1) === 1 ? (named ?? terminal) : terminal,
    capabilities: (claims & 2) === 2 ? texts(asked.map((constraints) => constraints.capabilities)) : [],
    features: claims > 0 ? texts(asked.map((constraints) => constraints.features)) : [],
  };
}
