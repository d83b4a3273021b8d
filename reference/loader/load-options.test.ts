import { expect, test } from "vitest";
import type { BufSource } from "../contracts/buf-source.js";
import { nodeSha256 } from "../security/backends/node.js";
import type { LoadOptions } from "./load-options.js";
import { createLoader } from "./loader.js";
import { createSerializer } from "./serializer.js";
import { ObservedSource } from "./testing/observed-source.js";
import { recordedServices } from "./testing/recorded-services.js";
import { SAMPLE_PROFILE, sampleManifest, sampleSections } from "./testing/sample-artifact.js";

// A caller that makes a mistake hears of it, and not of the artifact. @spec errors.api-misuse

const serializer = createSerializer(nodeSha256);
const bytes = serializer.serialize({ manifest: sampleManifest(), sections: sampleSections() });
const load = (source: unknown, options: Record<string, unknown> = {}) =>
  createLoader(recordedServices(nodeSha256)).load(
    source as BufSource,
    { profile: SAMPLE_PROFILE, ...options } as LoadOptions,
  );

test.each<[string, Record<string, unknown>, string]>([
  ["a digest of 31 bytes", { expectedManifestDigest: new Uint8Array(31) }, "expectedManifestDigest"],
  ["a digest as text", { expectedManifestDigest: "00".repeat(32) }, "expectedManifestDigest"],
  ["a strategy in another spelling", { strategy: "Eager" }, "strategy"],
])("%s", async (_what, options, name) => {
  const source = new ObservedSource(bytes);
  const error = await load(source, options).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(TypeError);
  expect(String(error)).toContain(name);
  expect({ reads: source.reads.length, closed: source.closed }).toEqual({ reads: 0, closed: 1 });
});

test.each<[string, unknown]>([
  ["a path", "tool.buf"],
  ["bytes", bytes],
  ["nothing", undefined],
  ["a source that cannot be closed", { size: async () => 0, read: async () => new Uint8Array() }],
])("%s in the place of a source", async (_what, source) => {
  await expect(load(source)).rejects.toThrow(/^a source must be an object with/);
  await expect(serializer.open(source as BufSource)).rejects.toThrow(/^a source must be an object with/);
});

test("a source without a description is named as such", async () => {
  const source = {
    size: () => Promise.reject(new Error("x")),
    read: async () => bytes,
    close: async () => undefined,
  };
  const error = await load(source).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ context: { source: "a source without a description" } });
});
