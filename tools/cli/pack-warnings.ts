import { CAPABILITY_NAMES, isCapabilityName } from "../../generated/capabilities.js";
import { NearestNames } from "../../reference/assembly/manifest/nearest-name.js";
import { is } from "../../reference/errors/index.js";
import type { Artifact, ArtifactBody } from "../../reference/node.js";
import { readGuestModule } from "../../reference/runtime/index.js";
import { implementationLimits } from "../../reference/runtime/wasm/implementation-limits.js";

/** The code format of which it is known here what a program has to be. */
const CODE_FORMAT = "wasm-core-2";

/**
 * What keeps an artifact from starting that is right in itself: a later version may know the capability, and another
 * host the code. So it is packed, and whoever packs it is told.
 *
 * @spec tools.pack.warnings
 */
export async function packWarnings({ manifest, sections }: Artifact<ArtifactBody>): Promise<string[]> {
  const { entry, runtime, requiredCapabilities, optionalCapabilities = [] } = manifest;
  const nearest = new NearestNames(CAPABILITY_NAMES);
  const warnings = [...requiredCapabilities, ...optionalCapabilities]
    .filter((name) => !isCapabilityName(name))
    .map((name) => {
      const near = nearest.nearest(name);
      return `no capability \`${name}\` is known${near === undefined ? "" : `; did you mean \`${near.name}\`?`}`;
    });
  const code = sections.find(({ sectionId }) => sectionId === entry.section);
  if (code === undefined || runtime.codeFormat !== CODE_FORMAT) return warnings;
  try {
    readGuestModule(await wholeBody(code.body), entry.symbol, { instance: "", sectionId: entry.section });
  } catch (error) {
    if (!is(error, "RT_CODE_INVALID")) throw error;
    warnings.push(`${entry.section} would not start: ${error.message}`);
  }
  return warnings;
}

/** A body, or as much of it as is more than any program has. */
async function wholeBody(body: ArtifactBody): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body;
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body.open()) {
    pieces.push(piece);
    length += piece.length;
    if (length > implementationLimits.moduleBytes) break;
  }
  return Buffer.concat(pieces);
}
