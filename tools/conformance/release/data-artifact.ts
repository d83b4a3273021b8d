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

/** What an artifact of data alone says of itself. */
export interface DataArtifact {
  readonly name: string;
  /** A version as SemVer 2.0.0 writes it. */
  readonly version: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** Each becomes a section of kind data, under its own path. */
  readonly files: readonly TarFile[];
}

/** A signed artifact of data. The entry is a program that does nothing, so that the artifact can also be run. */
export async function signedDataArtifact(
  { name, version, annotations, files }: DataArtifact,
  signer: Signer,
): Promise<Uint8Array> {
  const serializer = createSerializer(nodeSha256);
  const artifact: Artifact = {
    manifest: {
      schemaVersion: [1, 0],
      runtimeInterfaceMin: [1, 0, 0],
      name,
      version,
      entry: { section: "main", symbol: "run" },
      runtime: { codeFormat: "wasm-core-2" },
      requiredCapabilities: [],
      annotations,
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
