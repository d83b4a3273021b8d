import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { BufSource } from "../../../contracts/buf-source.js";
import { nodeSha256 } from "../../../security/backends/node.js";
import { createLoader } from "../../loader.js";
import { createSerializer } from "../../serializer.js";
import { recordedServices } from "../../testing/recorded-services.js";
import { SAMPLE_PROFILE, sampleManifest, sampleSection, sampleSections } from "../../testing/sample-artifact.js";
import { createBlobSource } from "./blob-source.js";

// What a file of a browser does is in tools/browser; this is the same code over Node's `Blob`.

const content = Uint8Array.from({ length: 70_000 }, (_, at) => (at * 31) & 255);

/** A blob of several pieces, which is how browsers keep long ones. */
function blobOf(bytes: Uint8Array): Blob {
  return new Blob([bytes.slice(0, 1_000), bytes.slice(1_000, 50_000), bytes.slice(50_000)]);
}

describe("a source over a Blob", () => {
  // @spec loader.source.blob, loader.source.interface
  test("tells its size and gives any range, shorter only at the end", async () => {
    const source = createBlobSource(blobOf(content));
    expect(await source.size()).toBe(content.length);
    await fc.assert(
      fc.asyncProperty(fc.nat(71_000), fc.oneof(fc.nat(71_000), fc.constant(1e15)), async (offset, length) => {
        expect(Buffer.compare(await source.read(offset, length), content.slice(offset, offset + length))).toBe(0);
      }),
    );
  });

  test("gives both ends together, of short and of empty ones too", async () => {
    for (const bytes of [content, content.slice(0, 100), content.slice(0, 50), content.slice(0, 3), new Uint8Array()]) {
      const ends = await createBlobSource(blobOf(bytes)).openEnds?.(100, 44);
      expect(ends?.size).toBe(bytes.length);
      expect(Buffer.compare(ends?.head ?? content, bytes.slice(0, 100))).toBe(0);
      expect(Buffer.compare(ends?.tail ?? content, bytes.slice(-44))).toBe(0);
    }
  });

  test("gives bytes that belong to the caller", async () => {
    const source = createBlobSource(blobOf(content));
    (await source.read(0, 10)).fill(0);
    const ends = await source.openEnds?.(100, 44);
    ends?.head.fill(0);
    expect(await source.read(0, 10)).toEqual(content.slice(0, 10));
    const short = await createBlobSource(blobOf(content.slice(0, 60))).openEnds?.(100, 44);
    short?.head.fill(0);
    expect(short?.tail).toEqual(content.slice(16, 60));
  });

  // @spec loader.source.closed
  test("refuses every read once it is closed, and closes twice", async () => {
    const source = createBlobSource(blobOf(content));
    await source.close();
    await source.close();
    const closed = { code: "LDR_SOURCE_UNAVAILABLE", context: { reason: "closed", offset: 0, length: 1 } };
    await expect(source.read(0, 1)).rejects.toMatchObject(closed);
    await expect(source.openEnds?.(1, 1)).rejects.toMatchObject({ code: "LDR_SOURCE_UNAVAILABLE" });
  });

  test("is named like the file it is over", () => {
    expect(createBlobSource(new File([], "tool.buf")).description).toBe("tool.buf");
    expect(createBlobSource(new File([], "")).description).toBe("blob");
    expect(createBlobSource(new Blob()).description).toBe("blob");
    expect(createBlobSource(new Blob(), "the attachment").description).toBe("the attachment");
  });

  // @spec loader.source.unavailable
  test("that the host cannot read any more is LDR_SOURCE_UNAVAILABLE with the host's error as cause", async () => {
    const blob = blobOf(content);
    const broken: Blob = Object.assign(Object.create(blob) as Blob, {
      slice: () => ({ arrayBuffer: () => Promise.reject(new DOMException("gone", "NotReadableError")) }),
    });
    Object.defineProperty(broken, "size", { value: blob.size });
    const source: BufSource = createBlobSource(broken);
    await expect(source.read(0, 1)).rejects.toMatchObject({
      code: "LDR_SOURCE_UNAVAILABLE",
      cause: { code: "HOST_ERROR", context: { name: "NotReadableError", call: "arrayBuffer" } },
    });
  });

  test("loads what was packed, reading its ends and then what is asked for", async () => {
    const big = sampleSection("big", content);
    const bytes = createSerializer(nodeSha256).serialize({
      manifest: sampleManifest(),
      sections: [big, ...sampleSections()],
    });
    const services = recordedServices(nodeSha256);
    const object = await createLoader(services).load(createBlobSource(blobOf(bytes)), { profile: SAMPLE_PROFILE });
    const reads = (): number => services.recorded.filter(({ name }) => name === "load.source_read").length;
    expect(reads()).toBe(2);
    expect(Buffer.compare(await object.sections.read("big"), content)).toBe(0);
    expect(reads()).toBe(3);
    await object.close();
  });
});
