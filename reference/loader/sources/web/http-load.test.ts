import { afterEach, describe, expect, test, vi } from "vitest";
import { HEADER_SIZE } from "../../../../generated/layouts/header.js";
import { TRAILER_SIZE } from "../../../../generated/layouts/trailer.js";
import type { BufObject } from "../../../contracts/buf-object.js";
import type { ArtifactSection } from "../../../contracts/buf-serializer.js";
import type { SignaturePolicy } from "../../../contracts/security.js";
import { FaygerError } from "../../../errors/fayger-error.js";
import { nodeSha256 } from "../../../security/backends/node.js";
import type { LoadOptions } from "../../load-options.js";
import { createLoader } from "../../loader.js";
import { profilePreset } from "../../profile.js";
import { createSerializer } from "../../serializer.js";
import { recordedServices, TRUSTING_POLICY } from "../../testing/recorded-services.js";
import { SAMPLE_PROFILE, sampleManifest, sampleSection, sampleSections } from "../../testing/sample-artifact.js";
import { type FaultServer, faults, startFaultServer } from "../testing/http-fault-server.js";
import { NGINX, type NginxServer, startNginx } from "../testing/nginx.js";
import { createHttpSource } from "./http-source.js";

const serializer = createSerializer(nodeSha256);
/** What is waited for ends the wait; the second that is usual is short for a busy machine. */
const PATIENCE = { timeout: 20_000 };
const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function serve(sections: readonly ArtifactSection[]): Promise<FaultServer> {
  const bytes = serializer.serialize({ manifest: sampleManifest(), sections: [...sections] });
  const server = await startFaultServer(bytes);
  ends.push(() => server.close());
  return server;
}

async function load(
  url: string,
  options: Partial<LoadOptions> = {},
  signaturePolicy: SignaturePolicy = TRUSTING_POLICY,
): Promise<BufObject> {
  const loader = createLoader(recordedServices(nodeSha256, signaturePolicy));
  const object = await loader.load(createHttpSource(url), { profile: SAMPLE_PROFILE, ...options });
  ends.push(() => object.close());
  return object;
}

/** Many data sections behind the two of the sample. */
function many(count: number, bodyBytes: number): ArtifactSection[] {
  const data = Array.from({ length: count }, (_, at) =>
    sampleSection(`data/s${String(at).padStart(6, "0")}`, new Uint8Array(bodyBytes).fill(at)),
  );
  return [...sampleSections(), ...data];
}

/** First and last byte of every range that the server has handed out. */
function handedOut({ requests, object }: FaultServer): [number, number][] {
  const size = object?.length ?? 0;
  return requests.map(({ range }) => {
    const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
    return first === "" ? [size - Number(last), size - 1] : [Number(first), Math.min(Number(last), size - 1)];
  });
}

// @spec loader.reads.open
describe("requests of a load over HTTP", () => {
  test("are one for a small artifact, besides the one for its end that nobody waits for", async () => {
    const server = await serve(sampleSections());
    server.fault = (_, { range }) => (range.startsWith("bytes=-") ? faults.ending("stall-head") : undefined);
    const object = await load(server.url, { strategy: "eager" });
    expect(await object.sections.read("data/words")).toEqual(sampleSections()[1]?.body);
    expect(server.requests.filter(({ range }) => !range.startsWith("bytes=-"))).toHaveLength(1);
  });

  test("are two for 200 sections, and one for each body", async () => {
    const server = await serve(many(198, 1_000));
    const object = await load(server.url);
    expect(object.index).toHaveLength(200);
    expect(server.requests).toHaveLength(2);
    expect(await object.sections.read("data/s000150")).toEqual(new Uint8Array(1_000).fill(150));
    expect(server.requests).toHaveLength(3);
  });

  test("are three for 100,000 sections", async () => {
    const server = await serve(many(99_998, 1));
    const object = await load(server.url);
    expect(object.index).toHaveLength(100_000);
    expect(server.requests).toHaveLength(3);
    expect(await object.sections.read("data/s099997")).toEqual(Uint8Array.of(99_997 & 0xff));
    expect(server.requests).toHaveLength(4);
  });

  test("are three for 200 sections eagerly: neighbours come together", async () => {
    const server = await serve(many(198, 1_000));
    const object = await load(server.url, { strategy: "eager" });
    expect(object.selection.selected).toHaveLength(200);
    expect(server.requests).toHaveLength(3);
  });
});

// @spec loader.reads.bodies
test.each(["lazy", "eager"] as const)(
  "a constrained terminal touches no byte of what it did not select (%s)",
  async (strategy) => {
    const heavy = sampleSection("assets/heavy", new Uint8Array(3_000_000), {});
    const screen = sampleSection("assets/screen", new Uint8Array(60_000), {
      profileConstraints: { terminals: ["desktop"] },
    });
    const server = await serve([heavy, screen, ...sampleSections()]);
    const profile = profilePreset("embedded_constrained");
    const object = await load(server.url, { profile, strategy });
    expect(object.selection.skipped.map(({ sectionId }) => sectionId)).toEqual(["assets/heavy", "assets/screen"]);
    for (const id of object.selection.selected) await object.sections.read(id);

    const { manifestLength, sectionIndexLength } = headLengths(server.object ?? new Uint8Array());
    const bodies = HEADER_SIZE + manifestLength + sectionIndexLength;
    const unselected = [...object.index]
      .filter(({ sectionId }) => !object.sections.isSelected(sectionId))
      .map(({ offset, length }) => [bodies + offset, bodies + offset + length - 1] as const);
    expect(unselected).toHaveLength(2);
    for (const [first, last] of handedOut(server)) {
      // Except where the read at the front covers it.
      if (first === 0) expect(last).toBeLessThan(16_384);
      else for (const [from, to] of unselected) expect(last < from || first > to).toBe(true);
    }
  },
);

function headLengths(artifact: Uint8Array): { manifestLength: number; sectionIndexLength: number } {
  const view = new DataView(artifact.buffer, artifact.byteOffset);
  return {
    manifestLength: Number(view.getBigUint64(24)),
    sectionIndexLength: Number(view.getBigUint64(40)),
  };
}

// @spec loader.verify-signature
test("a bad signature is told before a body is asked for", async () => {
  const server = await serve(many(198, 1_000));
  const refusing: SignaturePolicy = { decide: async () => ({ accepted: false, reason: "InvalidSignature" }) };
  const error: unknown = await load(server.url, { strategy: "eager" }, refusing).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(FaygerError);
  expect(error).toMatchObject({ code: "LDR_SIGNATURE_FAIL", context: { reason: "InvalidSignature" } });
  const size = server.object?.length ?? 0;
  expect(handedOut(server).sort()).toEqual(
    [
      [0, 16_383],
      [size - TRAILER_SIZE, size - 1],
    ].sort(),
  );
});

test("what a source tries again is told as an event", async () => {
  const server = await serve(many(198, 1_000));
  server.fault = (number) => (number < 2 ? faults.status(503) : undefined);
  const services = recordedServices(nodeSha256);
  const source = createHttpSource(server.url, { backoff: { baseMs: 0 } });
  const object = await createLoader(services).load(source, { profile: SAMPLE_PROFILE });
  ends.push(() => object.close());
  const told = services.recorded.filter(({ name }) => name === "load.source_retried");
  expect(told).toHaveLength(2);
  expect(told[0]?.fields).toMatchObject({ attempt: 2, reason: "HTTP 503: the server is not available now" });
});

describe.skipIf(NGINX === undefined)(`nginx${NGINX === undefined ? " (skipped: there is no nginx here)" : ""}`, () => {
  const artifact = serializer.serialize({ manifest: sampleManifest(), sections: many(198, 1_000) });

  async function nginx(): Promise<NginxServer> {
    const server = await startNginx(NGINX as string);
    ends.push(() => server.close());
    server.put("many.buf", artifact);
    return server;
  }

  test.each(["lazy", "eager"] as const)("serves a load and its bodies (%s)", async (strategy) => {
    const server = await nginx();
    const object = await load(`${server.origin}/many.buf`, { strategy });
    for (const at of [20, 100, 197]) {
      const id = `data/s${String(at).padStart(6, "0")}`;
      expect(await object.sections.read(id)).toEqual(new Uint8Array(1_000).fill(at));
    }
    // A line comes after the answer it tells about.
    await vi.waitFor(() => expect(server.requests()).toHaveLength(strategy === "eager" ? 3 : 5), PATIENCE);
    for (const line of server.requests()) expect(line).toMatch(/^GET 206 bytes=/);
  });

  test.each([
    ["many.buf", "LDR_SOURCE_CHANGED"],
    ["no-tags/many.buf", "LDR_DIGEST_MISMATCH"],
  ])("replaces an object under a load (%s)", async (name, code) => {
    const server = await nginx();
    server.put(name, artifact);
    const object = await load(`${server.origin}/${name}`);
    server.put(
      name,
      artifact.map((byte) => byte ^ 1),
    );
    await expect(object.sections.read("data/s000197")).rejects.toMatchObject({ code });
    if (code === "LDR_SOURCE_CHANGED")
      await vi.waitFor(() => expect(server.requests().at(-1)).toMatch(/^GET 412 /), PATIENCE);
    server.put(name, artifact.slice(0, -1));
    await expect(object.sections.read("data/s000197")).rejects.toMatchObject({ code: "LDR_SOURCE_CHANGED" });
    server.remove(name);
    await expect(object.sections.read("data/s000197")).rejects.toMatchObject({ code: "LDR_SOURCE_UNAVAILABLE" });
  });

  // @spec loader.source.http.whole
  test("ignores ranges: a short object is taken whole, a long one not at all", async () => {
    const server = await nginx();
    server.put("no-ranges/short.buf", artifact);
    const object = await load(`${server.origin}/no-ranges/short.buf`);
    expect(await object.sections.read("data/s000100")).toEqual(new Uint8Array(1_000).fill(100));
    server.put("no-ranges/long.buf", new Uint8Array(1_048_577));
    await expect(load(`${server.origin}/no-ranges/long.buf`)).rejects.toMatchObject({
      code: "LDR_SOURCE_UNAVAILABLE",
      context: { reason: expect.stringContaining("the server ignores ranges") },
    });
  });

  test("has no such object", async () => {
    const server = await nginx();
    await expect(load(`${server.origin}/none.buf`)).rejects.toMatchObject({
      code: "LDR_SOURCE_UNAVAILABLE",
      context: { phase: "read_head", reason: "HTTP 404: there is no such object" },
    });
  });
});
