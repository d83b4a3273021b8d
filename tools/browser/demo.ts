import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PackRecipe } from "../../generated/json/pack-recipe.js";
import type { Artifact } from "../../reference/contracts/buf-serializer.js";
import { createSerializer } from "../../reference/loader/index.js";
import { nodeSha256 } from "../../reference/security/backends/node.js";
import { artifactOf } from "../cli/recipe.js";
import { stockArtifact } from "../examples/stock-registry.js";
import { ROOT } from "./page-server.js";
import { bytesOf, partsOf, patternOf, sampleArtifact, section, signedSample } from "./samples.js";

/** Where the programs of the demo find their server. */
export interface DemoServer {
  /** For instance `http://127.0.0.1:43210`. */
  readonly http: string;
  /** For instance `ws://127.0.0.1:43210`. */
  readonly ws: string;
}

/** Artifacts to open with the example page. */
export interface DemoFiles {
  /** What is good, damaged or not signed, and `program`, which runs in a page. */
  readonly artifacts: Readonly<Record<"good" | "damaged" | "unsigned" | "program", Uint8Array>>;
  /** Examples that draw and are compiled here, and iFays, signed by the same author. */
  readonly examples: Readonly<Record<string, Uint8Array>>;
  /** A file with a trust store that has the author's key. */
  readonly trustStorePath: string;
}

/** Examples that draw a surface, besides the one of the page. */
const DRAWING = ["tasks"];

/** FayManifests of the example `drone` that are assembled for the page, by the names of their artifacts. */
const DRONES = { drone: "fay.json", commanded: "command.json" } as const;

/** Make the artifacts, and write them and the trust store into `folder`. */
export async function writeDemo(folder: string, server: DemoServer): Promise<DemoFiles> {
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
  const { bytes, trustStore, signer } = await signedSample("ed25519", artifact);
  const damaged = bytes.slice();
  const manifest = partsOf(bytes).find(({ name }) => name === "manifest");
  // A length in the middle of the manifest that no longer fits.
  const at = manifest === undefined ? 100 : (manifest.at + manifest.end) >> 1;
  damaged[at] = (damaged[at] ?? 0) ^ 0x20;
  const serializer = createSerializer(nodeSha256);
  const signed = async (given: Artifact): Promise<Uint8Array> =>
    serializer.serialize(await serializer.sign(given, signer));
  const program = exampleIn("browser");
  const sections = program.sections.map((one) =>
    one.sectionId === "data/server" ? { ...one, body: text(`${server.http}\n${server.ws}/`) } : one,
  );
  const examples: Record<string, Uint8Array> = {};
  for (const name of DRAWING.filter(isCompiled)) examples[name] = await signed(exampleIn(name));
  for (const [name, file] of Object.entries(DRONES)) {
    const fayManifest = readFileSync(join(ROOT, "reference/examples/drone", file), "utf8");
    examples[name] = await signed(await stockArtifact(fayManifest));
  }
  const artifacts = {
    good: bytes,
    damaged,
    unsigned: bytesOf(artifact),
    program: await signed({ ...program, sections }),
  };
  mkdirSync(folder, { recursive: true });
  const trustStorePath = join(folder, "trust.cbor");
  writeFileSync(trustStorePath, trustStore);
  for (const [name, content] of Object.entries({ ...artifacts, ...examples })) {
    writeFileSync(join(folder, `${name}.buf`), content);
  }
  return { artifacts, examples, trustStorePath };
}

/** Whether the guest of an example was compiled. */
export function isCompiled(name: string): boolean {
  return existsSync(join(ROOT, `dist/guests/${name}.wasm`));
}

/**
 * The artifact of an example's recipe, not signed.
 *
 * @throws Error where its guest was not compiled
 */
export function exampleIn(name: string): Artifact {
  const path = join(ROOT, `reference/examples/${name}/recipe.json`);
  if (!isCompiled(name)) throw new Error(`dist/guests/${name}.wasm is not there: npm run build makes it`);
  return artifactOf(JSON.parse(readFileSync(path, "utf8")) as PackRecipe, path);
}
