import { AwsClient } from "aws4fetch";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BufSource } from "../../../contracts/buf-source.js";
import { nodeSha256 } from "../../../security/backends/node.js";
import { createLoader } from "../../loader.js";
import { createSerializer } from "../../serializer.js";
import { checkSourceConformance } from "../../source-conformance.js";
import { recordedServices } from "../../testing/recorded-services.js";
import { SAMPLE_PROFILE, sampleManifest, sampleSection, sampleSections } from "../../testing/sample-artifact.js";
import { s3Url } from "./s3-address.js";
import { createPresignedS3Source, createS3Source, presignS3Url, type S3SourceOptions } from "./s3-source.js";

// The same source over a store that somebody else wrote, for instance OpenStack Swift with its S3 interface:
//   FAYGER_S3_ENDPOINT=http://127.0.0.1:8080 FAYGER_S3_ACCESS_KEY=... FAYGER_S3_SECRET_KEY=... FAYGER_S3_BUCKET=tests
// and FAYGER_S3_REGION where it is not us-east-1. The bucket is made where it does not exist.
const {
  FAYGER_S3_ENDPOINT: endpoint = "",
  FAYGER_S3_ACCESS_KEY: accessKeyId = "",
  FAYGER_S3_SECRET_KEY: secretAccessKey = "",
  FAYGER_S3_REGION: region = "us-east-1",
  FAYGER_S3_BUCKET: bucket = "fayger-tests",
} = process.env;
const isThere = endpoint !== "";
const KEYS = ["plain", "a b+c%20d/ä//ö!'()*~.buf", "?versionId=x&y#z", "💾/…"];

if (!isThere)
  process.stderr.write("skipped: all tests of an independent object store, because FAYGER_S3_ENDPOINT names none\n");

describe.runIf(isThere)("a source over an independent object store", () => {
  const credentials = { accessKeyId, secretAccessKey };
  const writer = new AwsClient({ ...credentials, service: "s3", region, retries: 0 });
  const opened: BufSource[] = [];
  const content = Uint8Array.from({ length: 100_000 }, (_, at) => (at * 7) & 255);
  let made = 0;
  let last = "";

  async function write(method: "PUT" | "DELETE", key: string, body?: Uint8Array): Promise<void> {
    const url = s3Url({ endpoint, region, bucket, key });
    const response = await writer.fetch(url.href, { method, ...(body !== undefined && { body: body.slice() }) });
    expect(response.ok, `${method} gave ${response.status}: ${await response.text()}`).toBe(true);
  }

  function source(key: string, options: Partial<S3SourceOptions> = {}): BufSource {
    const created = createS3Source({ endpoint, region, bucket, key, credentials, ...options });
    opened.push(created);
    return created;
  }

  async function store(bytes: Uint8Array): Promise<string> {
    made += 1;
    last = `object ${made}`;
    await write("PUT", last, bytes);
    return last;
  }

  beforeAll(async () => {
    await writer.fetch(`${endpoint}/${bucket}`, { method: "PUT" });
    for (const key of KEYS) await write("PUT", key, content);
  });
  afterAll(() => Promise.all(opened.map((created) => created.close())));

  test.each(KEYS)("reads %s", async (key) => {
    const ends = await source(key).openEnds?.(1000, 44);
    expect(ends?.size).toBe(content.length);
    expect(Buffer.compare(ends?.tail ?? content, content.slice(-44))).toBe(0);
    expect(Buffer.compare(await source(key).read(5_000, 50_000), content.slice(5_000, 55_000))).toBe(0);
  });

  test("loads, and notices an object that was replaced", async () => {
    const sections = [...sampleSections(), sampleSection("data/long", content)];
    const bytes = createSerializer(nodeSha256).serialize({ manifest: sampleManifest(), sections });
    const loader = createLoader(recordedServices(nodeSha256));
    await write("PUT", "whole.buf", bytes);
    const object = await loader.load(source("whole.buf"), { profile: SAMPLE_PROFILE });
    expect(Buffer.compare(await object.sections.read("data/long"), content)).toBe(0);
    await object.close();
    const again = await loader.load(source("whole.buf"), { profile: SAMPLE_PROFILE });
    await write("PUT", "whole.buf", bytes.slice().fill(1, -20));
    await expect(again.sections.read("data/long")).rejects.toMatchObject({ code: "LDR_SOURCE_CHANGED" });
    await again.close();
  });

  test.each([
    ["another secret", { credentials: { accessKeyId, secretAccessKey: "wrong" } }, "SignatureDoesNotMatch"],
    [
      "nobody's key",
      { credentials: { accessKeyId: "nobody", secretAccessKey } },
      /InvalidAccessKeyId|AccessDenied|SignatureDoesNotMatch/,
    ],
    ["a missing object", { key: "missing" }, "NoSuchKey"],
    ["a missing bucket", { bucket: "fayger-missing" }, "NoSuchBucket"],
  ])("says why it refuses %s", async (_what, options, code) => {
    await expect(source("plain", options).size()).rejects.toMatchObject({
      code: "LDR_SOURCE_UNAVAILABLE",
      context: { reason: code instanceof RegExp ? expect.stringMatching(code) : expect.stringContaining(code) },
    });
  });

  test("corrects a clock that is an hour wrong", async () => {
    for (const skew of [-3_600_000, 3_600_000])
      expect(await source("plain", { now: () => Date.now() + skew }).size()).toBe(content.length);
  });

  test("takes URLs that were signed in advance, and refuses them when they have expired or were changed", async () => {
    const address = { endpoint, region, bucket, key: "a b+c%20d/ä//ö!'()*~.buf", credentials, expiresSeconds: 60 };
    const url = await presignS3Url(address);
    const good = createPresignedS3Source(url);
    opened.push(good);
    expect(await good.read(7, 3)).toEqual(content.slice(7, 10));
    const old = await presignS3Url({ ...address, now: () => Date.now() - 3_600_000 });
    for (const wrong of [old, url.replace("X-Amz-Expires=60", "X-Amz-Expires=61")]) {
      const refused = createPresignedS3Source(wrong);
      opened.push(refused);
      await expect(refused.size()).rejects.toMatchObject({ code: "LDR_SOURCE_UNAVAILABLE" });
    }
  });

  test("passes every check of sources", async () => {
    const { checks } = await checkSourceConformance({
      make: async (bytes) => createS3Source({ endpoint, region, bucket, key: await store(bytes), credentials }),
      replace: (bytes) => write("PUT", last, bytes),
      remove: () => write("DELETE", last),
      secrets: [secretAccessKey],
    });
    expect(checks.filter(({ passed }) => passed === false)).toEqual([]);
  });
});
