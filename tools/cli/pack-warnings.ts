import { CAPABILITY_NAMES } from "../../generated/capabilities.js";
import { RUNTIME_CAPABILITIES } from "../../generated/enums/runtime-capability.js";
import { SectionKind } from "../../generated/enums/section-kind.js";
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
  const warnings = [
    ...unknown("capability", [...requiredCapabilities, ...optionalCapabilities], CAPABILITY_NAMES),
    ...unknown("runtime capability", runtime.requires ?? [], RUNTIME_CAPABILITIES),
    ...unknown("code format", [runtime.codeFormat], [CODE_FORMAT]),
  ];
  const code = sections.find(({ sectionId }) => sectionId === entry.section);
  if (code?.kind !== SectionKind.Code) {
    const ids = sections.filter(({ kind }) => kind === SectionKind.Code).map(({ sectionId }) => sectionId);
    const missing = code === undefined ? "is missing" : "is no code";
    warnings.push(`the entry section ${entry.section} ${missing}, so nobody can load this${meant(entry.section, ids)}`);
  }
  if (code?.kind !== SectionKind.Code || runtime.codeFormat !== CODE_FORMAT) return warnings;
  try {
    readGuestModule(await wholeBody(code.body), entry.symbol, { instance: "", sectionId: entry.section });
  } catch (error) {
    if (!is(error, "RT_CODE_INVALID")) throw error;
    warnings.push(`${entry.section} would not start: ${error.message}`);
  }
  return warnings;
}

/** Names that are not among those that are known here. */
function unknown(what: string, names: readonly string[], known: readonly string[]): string[] {
  return names
    .filter((name) => !known.includes(name))
    .map((name) => `no ${what} \`${name}\` is known${meant(name, known)}`);
}

/** The one that may have been meant: the nearest, or the only one that there is. */
function meant(name: string, known: readonly string[]): string {
  const near = known.length === 1 ? known[0] : new NearestNames(known).nearest(name)?.name;
  return near === undefined ? "" : `; did you mean \`${near}\`?`;
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
