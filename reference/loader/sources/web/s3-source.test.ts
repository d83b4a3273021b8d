import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { BufSource } from "../../../contracts/buf-source.js";
import { FaygerError } from "../../../errors/fayger-error.js";
import { nodeSha256 } from "../../../security/backends/node.js";
import { createLoader } from "../../loader.js";
import { createSerializer } from "../../serializer.js";
import { recordedServices } from "../../testing/recorded-services.js";
import { SAMPLE_PROFILE, sampleManifest, sampleSection, sampleSections } from "../../testing/sample-artifact.js";
import { S3Stub } from "../testing/s3-stub.js";
import {
  createPresignedS3Source,
  createS3Source,
  presignS3Url,
  type S3CredentialProvider,
  type S3SourceOptions,
} from "./s3-source.js";
import { type S3Credentials, signQuery } from "./sigv4.js";

// A store of this process that computes every signature anew from what came over the wire.
// @spec loader.source.object-storage, loader.source.object-storage.signature

let clock = Date.UTC(2026, 0, 2, 3, 4, 5);
const stub = new S3Stub({ now: () => clock });
const credentials: S3Credentials = { accessKeyId: stub.accessKeyId, secretAccessKey: stub.secretAccessKey };
const content = Uint8Array.from({ length: 100_000 }, (_, at) => (at * 7) & 255);
const opened: BufSource[] = [];

beforeAll(async () => {
  await stub.start();
  stub.put("tools", "plain.buf", content);
});
afterAll(async () => {
  await Promise.all(opened.map((source) => source.close()));
  await stub.stop();
});
beforeEach(() => {
  stub.requests.length = 0;
  stub.faults.length = 0;
  stub.sessionTokens.clear();
  stub.expiredTokens.clear();
  clock = Date.UTC(2026, 0, 2, 3, 4, 5);
});

function source(options: Partial<S3SourceOptions> = {}): BufSource {
  const made = createS3Source({
    endpoint: stub.endpoint,
    region: stub.region,
    bucket: "tools",
    key: "plain.buf",
    credentials,
    now: () => clock,
    sleep: async () => undefined,
    ...options,
  });
  opened.push(made);
  return made;
}

function presigned(url: string): BufSource {
  const made = createPresignedS3Source(url, { sleep: async () => undefined });
  opened.push(made);
  return made;
}

async function refusal(work: Promise<unknown>): Promise<FaygerError<"LDR_SOURCE_UNAVAILABLE">> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(FaygerError);
  expect(error).toMatchObject({ code: "LDR_SOURCE_UNAVAILABLE" });
  return error as FaygerError<"LDR_SOURCE_UNAVAILABLE">;
}

const statuses = (): number[] => stub.requests.map(({ status }) => status);

describe("a source over object storage", () => {
  test("reads any range with signed requests, and both ends at once", async () => {
    const made = source();
    const ends = await made.openEnds?.(1000, 44);
    expect(ends?.size).toBe(content.length);
    expect(Buffer.compare(ends?.head ?? content, content.slice(0, 1000))).toBe(0);
    expect(Buffer.compare(ends?.tail ?? content, content.slice(-44))).toBe(0);
    expect(Buffer.compare(await made.read(50_000, 20_000), content.slice(50_000, 70_000))).toBe(0);
    expect(statuses()).toEqual([206, 206, 206]);
    for (const { headers } of stub.requests) expect(headers.authorization).toContain(`/${stub.region}/s3/aws4_request`);
  });

  test("reads objects under any key, with spaces, plus signs, percent signs, umlauts and empty segments", async () => {
    const key = fc
      .string({ unit: "binary", minLength: 1, maxLength: 30 })
      .filter((text) => !text.split("/").some((segment) => segment === "." || segment === ".."));
    await fc.assert(
      fc.asyncProperty(key, async (name) => {
        const bytes = new TextEncoder().encode(`content of ${name}`);
        stub.put("keys", name, bytes);
        const made = source({ bucket: "keys", key: name });
        expect(await made.read(0, 200)).toEqual(bytes);
        await made.close();
      }),
      { numRuns: 40, examples: [["a b+c%20d/ä//ö!'()*~.buf"], ["/"], ["?versionId=x&y#z"], ["\\"], ["💾/…"]] },
    );
  });

  test("is loaded from like any other source, and a replaced object is noticed", async () => {
    const long = sampleSection("data/long", content);
    const bytes = createSerializer(nodeSha256).serialize({
      manifest: sampleManifest(),
      sections: [...sampleSections(), long],
    });
    stub.put("tools", "whole.buf", bytes);
    const loader = createLoader(recordedServices(nodeSha256));
    const object = await loader.load(source({ key: "whole.buf" }), { profile: SAMPLE_PROFILE });
    expect(stub.requests.length).toBe(2);
    expect(Buffer.compare(await object.sections.read("data/long"), content)).toBe(0);
    await object.close();

    const again = await loader.load(source({ key: "whole.buf" }), { profile: SAMPLE_PROFILE });
    stub.put("tools", "whole.buf", bytes.slice().fill(1, -20));
    await expect(again.sections.read("data/long")).rejects.toMatchObject({ code: "LDR_SOURCE_CHANGED" });
    await again.close();
  });

  test("reads one version of an object", async () => {
    const first = stub.put("tools", "versions", Uint8Array.of(1));
    stub.put("tools", "versions", Uint8Array.of(2, 2));
    expect(await source({ key: "versions", versionId: first }).read(0, 9)).toEqual(Uint8Array.of(1));
    expect(await source({ key: "versions" }).read(0, 9)).toEqual(Uint8Array.of(2, 2));
  });

  test("reads what is public without credentials, and nothing else", async () => {
    stub.put("open", "plain.buf", content);
    stub.publicBuckets.add("open");
    const { credentials: _none, ...anonymous } = {
      endpoint: stub.endpoint,
      region: stub.region,
      key: "plain.buf",
      credentials,
    };
    const open = createS3Source({ ...anonymous, bucket: "open" });
    const closed = createS3Source({ ...anonymous, bucket: "tools" });
    opened.push(open, closed);
    expect(await open.size()).toBe(content.length);
    expect(stub.requests[0]?.headers.authorization).toBeUndefined();
    expect((await refusal(closed.size())).context.reason).toContain("AccessDenied");
  });

  // @spec loader.source.object-storage.reason
  test.each([
    ["another secret", { credentials: { ...credentials, secretAccessKey: "wrong" } }, "SignatureDoesNotMatch"],
    ["another key id", { credentials: { ...credentials, accessKeyId: "AKIDOTHER" } }, "InvalidAccessKeyId"],
    ["another region", { region: "us-other-1" }, "AuthorizationHeaderMalformed"],
    ["no such key", { key: "missing" }, "NoSuchKey"],
    ["no such bucket", { bucket: "missing" }, "NoSuchBucket"],
    ["no such version", { versionId: "missing" }, "NoSuchVersion"],
    ["a token nobody gave out", { credentials: { ...credentials, sessionToken: "forged" } }, "InvalidToken"],
  ])("says why the store refuses: %s", async (_what, options, code) => {
    const made = source(options);
    const error = await refusal(made.size());
    expect(error.context.reason).toContain(`the store says ${code}`);
    expect(stub.requests.length).toBe(1);
    for (const secret of [stub.secretAccessKey, "wrong", "forged", "Signature="])
      expect(JSON.stringify(error.toJSON())).not.toContain(secret);
  });

  // @spec loader.source.retry
  test("tries again where the store is busy, and says so where it stays busy", async () => {
    const busy = { status: 503, code: "SlowDown", message: "reduce your rate" };
    const retries: string[] = [];
    const made = source();
    made.observe?.({ retrying: ({ reason }) => retries.push(reason) });
    stub.faults.push(busy, { status: 400, code: "RequestTimeout", message: "too slow" });
    expect(await made.size()).toBe(content.length);
    expect(retries).toEqual([expect.stringContaining("SlowDown"), expect.stringContaining("RequestTimeout")]);
    stub.faults.push(...Array.from({ length: 4 }, () => busy));
    expect((await refusal(source().size())).context.reason).toContain("SlowDown");
  });

  test("learns the size of an object behind whose end it asked, whatever the store says of it", async () => {
    stub.put("tools", "empty", new Uint8Array());
    for (const told of ["header", "text", "nowhere"] as const) {
      stub.sizeOfUnsatisfiable = told;
      const empty = await source({ key: "empty" }).openEnds?.(100, 44);
      expect(empty).toMatchObject({ size: 0, head: new Uint8Array(), tail: new Uint8Array() });
      expect(await source().read(content.length + 5, 10)).toEqual(new Uint8Array());
      const url = await presignS3Url({
        endpoint: stub.endpoint,
        region: stub.region,
        bucket: "tools",
        key: "empty",
        credentials,
        expiresSeconds: 60,
        now: () => clock,
      });
      expect(await presigned(url).size()).toBe(0);
    }
    stub.sizeOfUnsatisfiable = "header";
  });

  test("takes nothing for a word of the store that does not look like one", async () => {
    stub.faults.push({ status: 403, code: "<b>AKID secret</b>", message: "" });
    const { reason } = (await refusal(source().size())).context;
    expect(reason).not.toContain("secret");
    expect(reason).toContain("403");
  });
});

describe("a signature that can be put right", () => {
  // @spec loader.source.object-storage.clock
  test("a clock that is wrong is corrected by the store's, and stays so", async () => {
    const hour = 3_600_000;
    for (const skew of [-hour, hour, 400 * 24 * hour]) {
      stub.requests.length = 0;
      const made = source({ now: () => clock + skew });
      expect(await made.size()).toBe(content.length);
      await made.read(10, 10);
      expect(statuses()).toEqual([403, 206, 206]);
    }
  });

  test("a store that finds every time wrong is asked twice and no more", async () => {
    const skewed = { status: 403, code: "RequestTimeTooSkewed", message: "" };
    stub.faults.push(skewed, skewed, skewed);
    expect((await refusal(source().size())).context.reason).toContain("RequestTimeTooSkewed");
    expect(stub.requests.length).toBe(2);
  });

  // @spec loader.source.object-storage.refresh
  test("credentials that have expired are fetched again, once for requests made together", async () => {
    let given = 0;
    const provider: S3CredentialProvider = async () => {
      given += 1;
      return { ...credentials, sessionToken: `token-${given}` };
    };
    stub.sessionTokens.add("token-1");
    const made = source({ credentials: provider });
    await made.size();
    await made.read(5, 5);
    expect(given).toBe(1);
    stub.sessionTokens.delete("token-1");
    stub.expiredTokens.add("token-1");
    stub.sessionTokens.add("token-2");
    await Promise.all([made.read(0, 10), made.read(100, 10), made.read(200, 10)]);
    expect(given).toBe(2);
    expect(statuses().sort()).toEqual([206, 206, 206, 206, 206, 400, 400, 400]);
  });

  test("credentials that stay expired, and those that nobody gives, end in a refusal", async () => {
    stub.expiredTokens.add("old");
    const stale = source({ credentials: async () => ({ ...credentials, sessionToken: "old" }) });
    expect((await refusal(stale.size())).context.reason).toContain("ExpiredToken");
    expect(stub.requests.length).toBe(2);
    const fixed = source({ credentials: { ...credentials, sessionToken: "old" } });
    expect((await refusal(fixed.size())).context.reason).toContain("ExpiredToken");
    expect(stub.requests.length).toBe(3);
    const error = await refusal(source({ credentials: () => Promise.reject(new Error("secret text")) }).size());
    expect(error.context.reason).toContain("no credentials");
    expect(error.cause).toMatchObject({ code: "HOST_ERROR" });
    expect(JSON.stringify(error.toJSON())).not.toContain("secret text");
    expect(stub.requests.length).toBe(3);
  });
});

describe("a URL that was signed in advance", () => {
  const address = (): Parameters<typeof presignS3Url>[0] => ({
    endpoint: stub.endpoint,
    region: stub.region,
    bucket: "tools",
    key: "plain.buf",
    credentials,
    expiresSeconds: 60,
    now: () => clock,
  });

  test("is read by anybody until it expires, and never stands in an error", async () => {
    const url = await presignS3Url(address());
    const made = presigned(url);
    expect(await made.read(7, 3)).toEqual(content.slice(7, 10));
    // @spec loader.source.description
    expect(made.description).toBe(`${stub.endpoint}/tools/plain.buf`);
    clock += 61_000;
    const error = await refusal(presigned(url).size());
    expect(error.context.reason).toContain("the signed URL has expired");
    expect(JSON.stringify(error.toJSON())).not.toContain("X-Amz");
  });

  test("carries the token of temporary credentials and a version", async () => {
    stub.sessionTokens.add("temporary/+=");
    const versionId = stub.put("tools", "versioned", Uint8Array.of(9));
    stub.put("tools", "versioned", Uint8Array.of(8));
    const url = await presignS3Url({
      ...address(),
      key: "versioned",
      versionId,
      credentials: { ...credentials, sessionToken: "temporary/+=" },
    });
    expect(await presigned(url).read(0, 5)).toEqual(Uint8Array.of(9));
  });

  test("is refused when anything of it is changed, or when it comes from the future", async () => {
    const url = await presignS3Url(address());
    for (const [part, other] of [
      ["plain.buf", "other.buf"],
      ["X-Amz-Expires=60", "X-Amz-Expires=600"],
      ["20260102T030405Z", "20260102T030406Z"],
      ["AKIDSTUB", "AKIDSTUC"],
    ] as const) {
      expect(url).toContain(part);
      await refusal(presigned(url.replaceAll(part, other)).size());
    }
    await refusal(presigned(`${url}&versionId=1`).size());
    clock -= 3_600_000;
    await refusal(presigned(url).size());
    const forHead = await signQuery({ ...address(), method: "HEAD", url: new URL(url), time: clock }, 60);
    await refusal(presigned(forHead.href).size());
  });
});
