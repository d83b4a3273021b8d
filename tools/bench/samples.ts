import type { Manifest } from "../../generated/codecs/manifest.js";
import type { SectionEntry } from "../../generated/codecs/section-entry.js";
import { SectionVisibility } from "../../generated/enums/section-visibility.js";

/** Bytes that look like a digest and are the same in every run. */
function digestOf(seed: number): Uint8Array {
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  return new Uint8Array(32).map(() => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}

/** A manifest as a real program has one: every kind of member, signed, about 650 bytes. */
export function sampleManifest(): Manifest {
  return {
    schemaVersion: [1, 0],
    runtimeInterfaceMin: [1, 0, 0],
    name: "acme/field-survey/map-viewer",
    version: "2.14.3-rc.1",
    entry: { section: "code/main", symbol: "_start" },
    runtime: { codeFormat: "wasm-core-2", requires: ["fuel", "snapshot"] },
    requiredCapabilities: ["fs.read", "io.stdio", "time.clock"],
    optionalCapabilities: ["net.http", "random.get", "ui.terminal"],
    quotas: { memoryBytes: 67_108_864, fuel: 4_000_000_000, wallMs: 30_000, openHandles: 64 },
    dependencies: [
      { name: "acme/geo-index", versionRange: ">=3.1.0 <4.0.0" },
      { name: "acme/tile-store", versionRange: "^1.4.2" },
    ],
    sectionIndexDigest: digestOf(1),
    annotations: { build: "4711", homepage: "https://example.org/map-viewer" },
    signature: { algorithm: "ed25519", keyId: digestOf(2), value: new Uint8Array([...digestOf(3), ...digestOf(4)]) },
  };
}

/** Manifests of as many artifacts: what differs from program to program is other text in each. */
export function sampleManifests(count: number): Manifest[] {
  return Array.from(
    { length: count },
    (_, i): Manifest => ({
      ...sampleManifest(),
      name: `studio-${i}/field-${(i * 31) % count}/viewer`,
      version: `${i % 7}.${i}.3-rc.1`,
      entry: { section: `code/${i}-main`, symbol: `start_${i}` },
      dependencies: [
        { name: `acme/geo-${i}`, versionRange: `>=3.${i}.0 <4.0.0` },
        { name: `acme/tile-${i}`, versionRange: `^1.${i}.2` },
      ],
      annotations: { build: `${4711 + i}`, homepage: `https://example.org/${i}/viewer` },
    }),
  );
}

/** A section index as a large artifact has one: paths in a few folders, four in ten rows with constraints. */
export function sampleIndex(count: number): SectionEntry[] {
  const folders = ["assets", "code", "data", "i18n", "models", "textures"];
  let offset = 0;
  return Array.from({ length: count }, (_, i): SectionEntry => {
    const folder = folders[Math.floor((i * folders.length) / count)] ?? "data";
    const length = 1000 + ((i * 7919) % 200_000);
    const row: SectionEntry = {
      sectionId: `${folder}/${String(i).padStart(5, "0")}/file-${i % 7}.bin`,
      kind: 1 + (i % 3),
      offset,
      length,
      digest: digestOf(i + 10),
      visibility: i % 5 === 0 ? SectionVisibility.Optional : SectionVisibility.Required,
      profileConstraints: constraintsOf(i),
    };
    offset += length;
    return row;
  });
}

function constraintsOf(i: number): SectionEntry["profileConstraints"] {
  if (i % 10 === 3) return { terminals: ["browser", "desktop"] };
  if (i % 10 === 6) return { minMemoryBytes: 268_435_456 };
  return i % 5 === 4 ? { capabilities: ["fs.read"], terminals: ["desktop", "server"] } : {};
}
