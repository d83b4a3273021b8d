import { createHash } from "node:crypto";
import { SectionKind } from "../../../generated/enums/section-kind.js";
import { SectionVisibility } from "../../../generated/enums/section-visibility.js";
import type { Artifact } from "../../../reference/contracts/buf-serializer.js";
import type { Signer } from "../../../reference/contracts/security.js";
import { createSerializer } from "../../../reference/loader/serializer.js";
import { nodeSha256, readSigner } from "../../../reference/security/backends/node.js";

/** SHA-256 of this text is the private key of the examples. */
export const keySeedText = "fayger example key 1";

/** The smallest guest program: it exports a memory without a page and a function that does nothing. */
const minimalProgram = Uint8Array.from(
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

/** The minimal artifact: one code section, nothing that could be left out. */
export const minimalArtifact: Artifact = {
  manifest: {
    schemaVersion: [1, 0],
    runtimeInterfaceMin: [1, 0, 0],
    name: "example/minimal",
    version: "1.0.0",
    entry: { section: "main", symbol: "run" },
    runtime: { codeFormat: "wasm-core-2" },
    requiredCapabilities: [],
  },
  sections: [
    {
      sectionId: "main",
      kind: SectionKind.Code,
      visibility: SectionVisibility.Required,
      profileConstraints: {},
      body: minimalProgram,
    },
  ],
};

/** The private key of the examples: the seed and the PKCS#8 around it. */
export function exampleKey(): { readonly seed: Uint8Array; readonly signer: Signer } {
  const seed = new Uint8Array(createHash("sha256").update(keySeedText).digest());
  const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
  const reading = readSigner(new Uint8Array(pkcs8));
  if (reading.key === undefined) throw new TypeError(`the example key is ${reading.problem.found}`);
  return { seed, signer: reading.key };
}

/** The examples' bytes: the minimal artifact, and the same one signed with the example key. */
export async function exampleArtifacts(): Promise<{ readonly minimal: Uint8Array; readonly signed: Uint8Array }> {
  const serializer = createSerializer(nodeSha256);
  const signed = await serializer.sign(minimalArtifact, exampleKey().signer);
  return { minimal: serializer.serialize(minimalArtifact), signed: serializer.serialize(signed) };
}
