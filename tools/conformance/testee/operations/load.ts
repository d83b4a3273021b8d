import type { VectorInputs } from "../../../../generated/json/vector.js";
import {
  createLoader,
  createSignaturePolicy,
  emptyTrustStore,
  InstalledTrustStore,
  type LoaderOptions,
  type LoadOptions,
  type LoadProfile,
  profilePreset,
  writeTrustStore,
} from "../../../../reference/index.js";
import { createNodeSignatureBackend, nodeCrc32, nodeSha256 } from "../../../../reference/node.js";
import { type Answer, answering } from "../answer.js";
import { toHexadecimal } from "../hexadecimal.js";
import { bytesIn, clockAt, givenBytes, interfaceVersionIn } from "../inputs.js";
import { selectionResult } from "../selection-result.js";
import { createRecordingSource } from "../source.js";
import { surroundingsAt } from "../surroundings.js";

/** Load an artifact, then read the sections that are asked for. */
export function load(inputs: VectorInputs): Promise<Answer> {
  const source = createRecordingSource(givenBytes(inputs, "bytes"));
  const clock = clockAt(inputs.now);
  const { events, published } = surroundingsAt(clock);
  const trustDocument = bytesIn(inputs, "trust_store") ?? writeTrustStore(emptyTrustStore(0), nodeSha256);
  const options = loaderOptions(inputs);
  const request = loadOptions(inputs);
  return answering(
    async () => {
      const trustStore = new InstalledTrustStore(trustDocument, { sha256: nodeSha256, clock });
      const signaturePolicy = createSignaturePolicy({
        trustStore,
        backend: createNodeSignatureBackend(),
        enforce: inputs.enforce_signature ?? true,
      });
      const services = { sha256: nodeSha256, crc32: nodeCrc32, signaturePolicy, events, clock };
      const object = await createLoader(services, options).load(source, request);
      try {
        const bodies: string[] = [];
        for (const sectionId of inputs.access ?? []) {
          bodies.push(toHexadecimal(nodeSha256.digest(await object.sections.read(sectionId))));
        }
        return { ...selectionResult(object.selection), trust_level: object.trust, bodies };
      } finally {
        await object.close();
      }
    },
    () => ({ reads: source.reads, events: published() }),
  );
}

function loaderOptions(inputs: VectorInputs): LoaderOptions {
  const { limits, offers, runtime_interface } = inputs;
  return {
    ...(limits !== undefined && { limits }),
    ...(offers !== undefined && { offers }),
    ...(runtime_interface !== undefined && { runtimeInterface: interfaceVersionIn(runtime_interface) }),
  };
}

function loadOptions(inputs: VectorInputs): LoadOptions {
  const expectedManifestDigest = bytesIn(inputs, "expected_manifest_digest");
  return {
    // What stands in the place of a profile is for the loader to judge.
    profile: "profile" in inputs ? (inputs.profile as LoadProfile) : profilePreset("server"),
    strategy: inputs.strategy ?? "eager",
    ...(expectedManifestDigest !== undefined && { expectedManifestDigest }),
  };
}
