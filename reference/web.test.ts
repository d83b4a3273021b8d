import { describe, expect, test } from "vitest";
import { createHandlerAdapter } from "./adapter/index.js";
import { SAMPLE_PROFILE, sampleManifest, sampleSections } from "./loader/testing/sample-artifact.js";
import { generateKeyPair, nodeSha256 } from "./security/backends/node.js";
import {
  createBlobSource,
  createMemorySource,
  createSerializer,
  createWebFayger,
  createWebLoader,
  emptyTrustStore,
  type FaygerEvent,
  trustKeyOf,
  webClock,
  withTrustKey,
  writeTrustStore,
} from "./web.js";

// The entry for browsers, here over what Node has of the web platform; tools/browser runs it in a browser.

const serializer = createSerializer(nodeSha256);
const artifact = { manifest: sampleManifest(), sections: sampleSections() };
const { signer } = generateKeyPair("ed25519");

function trustStore(): Uint8Array {
  const key = trustKeyOf(signer.publicKey, nodeSha256);
  if (key === undefined) throw new Error("the key is supported");
  return writeTrustStore(withTrustKey(emptyTrustStore(0), key, 0), nodeSha256);
}

describe("Fayger for browsers", () => {
  // @spec adapters.selection.none
  test("is nothing without a document", async () => {
    await expect(createWebFayger()).rejects.toMatchObject({ code: "ADP_NO_MATCHING_PLATFORM" });
  });

  test("takes adapters of the application before its own", async () => {
    const application = createHandlerAdapter({
      platformId: "in_app",
      priority: 5,
      capabilities: [],
      match: () => true,
      handlers: [],
      normalizers: [],
      services: undefined,
    });
    const fayger = await createWebFayger({ adapters: [application], engines: ["interpreter", "worker", "thread"] });
    expect(fayger.adapter).toBe(application);
    // Threads share no memory here, as far as a page can tell.
    const ids = fayger.registry.list().map(({ id }) => id);
    expect(ids).toEqual(["fayger/interpreter", "fayger/host-engine"]);
  });
});

describe("a loader for browsers", () => {
  // @spec architecture.composition-root
  test("loads what a trusted key has signed, and tells about every step", async () => {
    const events: FaygerEvent[] = [];
    const web = await createWebLoader({
      trustStore: trustStore(),
      observe: (bus) => bus.subscribe((event) => events.push(event)),
    });
    const bytes = serializer.serialize(await serializer.sign(artifact, signer));
    const object = await web.load(createBlobSource(new Blob([bytes.slice()])));
    expect(object.trust).toBe("verified");
    expect(await object.sections.read("data/words")).toEqual(sampleSections()[1]?.body);
    await object.close();
    const names = events.map(({ category, name }) => `${category}.${name}`);
    expect(names[0]).toBe("security.trusted_roots_updated");
    expect(names).toEqual(expect.arrayContaining(["load.load_completed", "security.signature_verified"]));
    expect(web.trustStore.document.keys.length).toBe(1);
  });

  // @spec signatures.enforce-default, security.default-deny
  test("believes nobody unless it is told to", async () => {
    const signed = serializer.serialize(await serializer.sign(artifact, signer));
    const web = await createWebLoader();
    await expect(web.load(createMemorySource(signed))).rejects.toMatchObject({
      code: "LDR_SIGNATURE_FAIL",
      context: { reason: "UntrustedKey" },
    });
    await expect(web.load(createMemorySource(serializer.serialize(artifact)))).rejects.toMatchObject({
      context: { reason: "MissingSignature" },
    });
    const open = await createWebLoader({ enforceSignature: false });
    expect((await open.load(createMemorySource(signed))).trust).toBe("unverified");
  });

  test("is a terminal of class browser, unless a load says otherwise", async () => {
    const web = await createWebLoader({ enforceSignature: false });
    expect(web.profile()).toEqual({ terminal: "browser", capabilities: [], features: [] });
    const forDesktops = sampleSections().map((section) => ({
      ...section,
      profileConstraints: section.sectionId === "data/words" ? { terminals: [SAMPLE_PROFILE.terminal] } : {},
    }));
    const bytes = serializer.serialize({ ...artifact, sections: forDesktops });
    expect((await web.load(createMemorySource(bytes))).selection.selected).toEqual(["code/main"]);
    const other = await web.load(createMemorySource(bytes), { profile: SAMPLE_PROFILE });
    expect(other.selection.selected).toEqual(["code/main", "data/words"]);
  });

  test("refuses a trust store that is none, with its code", async () => {
    await expect(createWebLoader({ trustStore: Uint8Array.of(0xff) })).rejects.toMatchObject({
      code: "LDR_TRUST_STORE_INVALID",
    });
  });

  // @spec events.clocks
  test("takes its time from clocks of which one never runs backwards", () => {
    const [first, second] = [webClock.monotonicNanoseconds(), webClock.monotonicNanoseconds()];
    expect(second >= first).toBe(true);
    const difference = webClock.unixNanoseconds() - BigInt(Date.now()) * 1_000_000n;
    expect(difference <= 0n && difference > -60_000_000_000n).toBe(true);
  });
});
