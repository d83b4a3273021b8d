import { SectionKind } from "../../../generated/enums/section-kind.js";
import { SectionVisibility } from "../../../generated/enums/section-visibility.js";
import type { Artifact, ArtifactSection } from "../../../reference/contracts/buf-serializer.js";
import type { Signer } from "../../../reference/contracts/security.js";
import { createSerializer, nodeSha256 } from "../../../reference/node.js";
import type { TarFile } from "./tar.js";

/** The smallest program, that of the examples of the specification: it does nothing. */
const PROGRAM = new Uint8Array(
  Buffer.from(
    [
      "0061736d01000000", // magic and version
      "010401600000", // type section: () -> ()
      "03020100", // function section: one function of type 0
      "050401010000", // memory section: one memory, from 0 to 0 pages
      "071002066d656d6f727902000372756e0000", // export section: "memory", "run"
      "0a040102000b", // code section: no locals, end
    ].join(""),
    "hex",
  ),
);

/** Name of every artifact that is a corpus. */
export const CORPUS_ARTIFACT_NAME = "fayger/conformance-corpus";

/**
 * A corpus as a signed artifact: each file is a section of kind data, under its own path. The entry is a program that
 * does nothing, so that the artifact can also be run.
 *
 * @param version version of the corpus
 * @param digest digest of the corpus, 32 bytes in hexadecimal
 * @spec conformance.corpus.signed
 */
export async function corpusArtifact(
  version: string,
  digest: string,
  files: readonly TarFile[],
  signer: Signer,
): Promise<Uint8Array> {
  const serializer = createSerializer(nodeSha256);
  const artifact: Artifact = {
    manifest: {
      schemaVersion: [1, 0],
      runtimeInterfaceMin: [1, 0, 0],
      name: CORPUS_ARTIFACT_NAME,
      version,
      entry: { section: "main", symbol: "run" },
      runtime: { codeFormat: "wasm-core-2" },
      requiredCapabilities: [],
      annotations: { corpus_digest: digest },
    },
    sections: [
      sectionOf("main", SectionKind.Code, PROGRAM),
      ...files.map((file) => sectionOf(file.path, SectionKind.Data, file.bytes)),
    ],
  };
  return serializer.serialize(await serializer.sign(artifact, signer));
}

function sectionOf(sectionId: string, kind: number, body: Uint8Array): ArtifactSection {
  return { sectionId, kind, visibility: SectionVisibility.Required, profileConstraints: {}, body };
}
