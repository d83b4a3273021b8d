import type { VectorInputs } from "../../../../generated/json/vector.js";
import {
  type BufObject,
  createLoader,
  createSignaturePolicy,
  emptyTrustStore,
  InstalledTrustStore,
  is,
  type LoaderOptions,
  type LoadOptions,
  type LoadProfile,
  profilePreset,
  writeTrustStore,
} from "../../../../reference/index.js";
import { createNodeSignatureBackend, nodeCrc32, nodeSha256 } from "../../../../reference/node.js";
import { createWebSha256 } from "../../../../reference/security/backends/web/index.js";
import { accessSections } from "../access.js";
import { type Answer, answering } from "../answer.js";
import { toHexadecimal } from "../hexadecimal.js";
import { InputError } from "../input-error.js";
import { bytesIn, clockAt, givenBytes, interfaceVersionIn } from "../inputs.js";
import { selectionResult } from "../selection-result.js";
import { createRecordingSource } from "../source.js";
import { surroundingsAt } from "../surroundings.js";

/** Load an artifact, then read the sections that are asked for. */
export function load(inputs: VectorInputs): Promise<Answer> {
  const { signal, stop } = stopOf(inputs);
  const source = createRecordingSource(givenBytes(inputs, "bytes"), inputs, stop);
  const clock = clockAt(inputs.now);
  const { events, published, told } = surroundingsAt(clock);
  events.subscribe(({ category, name, fields }) => {
    const isBeginning = category === "load" && name === "phase_started";
    if (isBeginning && (fields as { readonly phase?: unknown }).phase === inputs.stop) stop();
  });
  const trustDocument = bytesIn(inputs, "trust_store") ?? writeTrustStore(emptyTrustStore(0), nodeSha256);
  const options = loaderOptions(inputs);
  const request = { ...loadOptions(inputs), ...(signal !== undefined && { signal }) };
  return answering(
    async () => {
      const trustStore = new InstalledTrustStore(trustDocument, { sha256: nodeSha256, clock });
      const signaturePolicy = createSignaturePolicy({
        trustStore,
        backend: createNodeSignatureBackend(),
        enforce: inputs.enforce_signature ?? true,
      });
      const sha256 = inputs.ways?.digest_aside === true ? createWebSha256(nodeSha256) : nodeSha256;
      const services = { sha256, crc32: nodeCrc32, signaturePolicy, events, clock };
      if (inputs.ways !== undefined) requireMisuse((wrong) => createLoader(services, wrong));
      let taken: BufObject | undefined;
      const handOff = (object: BufObject): void => {
        taken = object;
      };
      const object = await createLoader(services, options).load(source, { ...request, handOff });
      if (taken !== object) throw new RangeError("another object was handed over than was given back");
      try {
        if (inputs.stop === "access") stop();
        const bodies = await accessSections(object, inputs, signal);
        return {
          ...selectionResult(object.selection),
          trust_level: object.trust,
          manifest_digest: toHexadecimal(object.manifestDigest),
          strategy: object.strategy,
          selected_bytes: object.selection.selectedBytes,
          bodies,
        };
      } finally {
        await object.close();
        await requireClosed(object);
      }
    },
    () => ({
      reads: source.reads,
      closes: source.closes(),
      events: published(),
      ...(inputs.tell !== undefined && { told: told(inputs.tell) }),
    }),
  );
}

/** What the caller stops the case with, where it is to be stopped. */
function stopOf({ stop, storage }: VectorInputs): { readonly signal?: AbortSignal; readonly stop: () => void } {
  if (stop === undefined && storage?.stops_at === undefined) return { stop: () => undefined };
  const controller = new AbortController();
  return { signal: controller.signal, stop: () => controller.abort() };
}

/** Options that make no sense are a fault of the caller, and the least that do are none. @spec errors.api-misuse */
function requireMisuse(make: (options: LoaderOptions) => unknown): void {
  make({ frontBytes: 48, pieceBytes: 1, concurrency: 1, cacheBytes: 0, limits: { sections: 0 } });
  const wrong: readonly LoaderOptions[] = [
    { frontBytes: 47 },
    { pieceBytes: 0 },
    { concurrency: 1.5 },
    { cacheBytes: -1 },
    { limits: { sections: -1 } },
    { limits: { sections: 0.5 } },
  ];
  for (const options of wrong) {
    try {
      make(options);
    } catch (error) {
      if (error instanceof TypeError) continue;
      throw error;
    }
    throw new RangeError(`a loader works with ${JSON.stringify(options)}`);
  }
}

/** A closed object gives out nothing. @throws TypeError where it does */
async function requireClosed({ selection, sections }: BufObject): Promise<void> {
  const [sectionId] = selection.selected;
  if (sectionId === undefined) return;
  try {
    await sections.read(sectionId);
  } catch (error) {
    if (is(error, "LDR_SOURCE_UNAVAILABLE")) return;
    throw error;
  }
  throw new TypeError("a closed object gives out a body");
}

function loaderOptions(inputs: VectorInputs): LoaderOptions {
  const { limits, offers, runtime_interface, ways = {} } = inputs;
  const { front_bytes, piece_bytes, concurrency, cache_bytes } = ways;
  return {
    ...(limits !== undefined && { limits }),
    ...(offers !== undefined && { offers }),
    ...(runtime_interface !== undefined && { runtimeInterface: interfaceVersionIn(runtime_interface) }),
    ...(front_bytes !== undefined && { frontBytes: front_bytes }),
    ...(piece_bytes !== undefined && { pieceBytes: piece_bytes }),
    ...(concurrency !== undefined && { concurrency }),
    ...(cache_bytes !== undefined && { cacheBytes: cache_bytes }),
  };
}

function loadOptions(inputs: VectorInputs): LoadOptions {
  const expectedManifestDigest = bytesIn(inputs, "expected_manifest_digest");
  if (expectedManifestDigest !== undefined && expectedManifestDigest.length !== 32)
    throw new InputError("the input `expected_manifest_digest` is no SHA-256");
  return {
    // What stands in the place of a profile is for the loader to judge.
    profile: "profile" in inputs ? (inputs.profile as LoadProfile) : profilePreset("server"),
    strategy: inputs.strategy ?? "eager",
    ...(expectedManifestDigest !== undefined && { expectedManifestDigest }),
    ...(inputs.ways?.verify_bodies === true && { verifyBodies: true }),
  };
}
