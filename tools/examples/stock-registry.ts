import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { FaygerEvent } from "../../generated/codecs/fayger-event.js";
import {
  assembledArtifact,
  describeMissing,
  type ImplementationRegistry,
  readComponentRegistry,
  readFayManifest,
  resolveFayManifest,
} from "../../reference/assembly/index.js";
import type { Artifact } from "../../reference/contracts/buf-serializer.js";
import { createSerializer, Fayger, nodeHost, nodeSha256 } from "../../reference/node.js";

const FOLDER = fileURLToPath(new URL("../../dist/components/", import.meta.url));

/** The Runtime_Implementations that can wait for an answer: an iFay needs one, because its parts call each other. */
export const WAITING_IMPLEMENTATIONS = ["fayger/interpreter", "fayger/host-engine-worker"] as const;

/** The stock registry, as the build made it. */
export async function stockRegistry(): Promise<{
  readonly registry: ImplementationRegistry;
  readonly main: Uint8Array;
}> {
  const document = `${FOLDER}registry.json`;
  if (!existsSync(document)) throw new Error(`${document} is not built: npm run build`);
  const stored = await readComponentRegistry(JSON.parse(readFileSync(document, "utf8")), (path) =>
    readFileSync(`${FOLDER}${path}`),
  );
  const { registry, main, problems } = stored;
  if (problems.length > 0 || main === undefined) throw new Error(JSON.stringify(problems));
  return { registry, main };
}

/** An artifact that is assembled of a FayManifest and the stock registry. */
export async function stockArtifact(text: string): Promise<Artifact> {
  const { registry, main } = await stockRegistry();
  const { manifest, errors } = readFayManifest(text, { comments: true });
  if (manifest === undefined) throw new Error(JSON.stringify(errors));
  const resolution = resolveFayManifest(manifest);
  const { chosen, missing } = registry.choose(manifest, resolution);
  if (missing.length > 0) throw new Error(missing.map((one) => describeMissing(one, manifest)).join("\n"));
  return assembledArtifact({ manifestText: text, manifest, resolution, chosen, main });
}

/** The bytes of {@link stockArtifact}, which nobody signed. */
export async function assembleStock(text: string): Promise<Uint8Array> {
  return createSerializer(nodeSha256).serialize(await stockArtifact(text));
}

/** A Fayger that allows nothing, with one Runtime_Implementation, and what is said of iFay in it. */
export function watchedFayger(implementation: string): { readonly fayger: Fayger; readonly events: FaygerEvent[] } {
  const events: FaygerEvent[] = [];
  const policy = { capabilities: [], implementations: [implementation] };
  const fayger = Fayger.create(nodeHost(), { enforceSignature: false, policy }, (bus) => {
    bus.subscribe((event) => events.push(event), { categories: ["assembly"] });
  });
  return { fayger, events };
}
