import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bytesOf, partsOf, patternOf, sampleArtifact, section, signedSample } from "./samples.js";

/** Artifacts to open with the example page. */
export interface DemoFiles {
  readonly artifacts: Readonly<Record<"good" | "damaged" | "unsigned", Uint8Array>>;
  /** A file with a trust store that has the author's key. */
  readonly trustStorePath: string;
}

/** Make the artifacts, and write them and the trust store into `folder`. */
export async function writeDemo(folder: string): Promise<DemoFiles> {
  const text = (words: string): Uint8Array => new TextEncoder().encode(words);
  const artifact = sampleArtifact(
    [
      section("assets/manual", text("Desktop readers get this one.\n"), {
        kind: 3,
        profileConstraints: { terminals: ["desktop"] },
      }),
      section("code/main", Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0), { kind: 1, visibility: 0 }),
      section("data/greeting", text("Hello. Every byte of this was checked before you saw it.\n")),
      section("data/picture", patternOf(2_500_000)),
    ],
    {
      name: "acme/tools/letter",
      optionalCapabilities: ["time.clock"],
      annotations: { summary: "A letter to whoever opens it", homepage: "https://example.org/letter" },
    },
  );
  const { bytes, trustStore } = await signedSample("ed25519", artifact);
  const damaged = bytes.slice();
  const manifest = partsOf(bytes).find(({ name }) => name === "manifest");
  // A length in the middle of the manifest that no longer fits.
  const at = manifest === undefined ? 100 : (manifest.at + manifest.end) >> 1;
  damaged[at] = (damaged[at] ?? 0) ^ 0x20;
  const artifacts = { good: bytes, damaged, unsigned: bytesOf(artifact) };
  mkdirSync(folder, { recursive: true });
  const trustStorePath = join(folder, "trust.cbor");
  writeFileSync(trustStorePath, trustStore);
  for (const [name, content] of Object.entries(artifacts)) writeFileSync(join(folder, `${name}.buf`), content);
  return { artifacts, trustStorePath };
}
