import { AwsV4Signer } from "aws4fetch";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { s3Url } from "./s3-address.js";
import { presignS3Url } from "./s3-source.js";
import { type SigningRequest, signHeaders, signQuery } from "./sigv4.js";

// Every signature is compared with that of an independent implementation.
// @spec loader.source.object-storage.signature

const text = (maxLength: number): fc.Arbitrary<string> => fc.string({ unit: "binary", minLength: 1, maxLength });
const key = text(40).filter((found) => !found.split("/").some((segment) => segment === "." || segment === ".."));
const credentials = fc.record(
  {
    accessKeyId: fc.stringMatching(/^[A-Z0-9]{4,20}$/),
    secretAccessKey: text(40),
    sessionToken: fc.stringMatching(/^[A-Za-z0-9+/=]{1,60}$/),
  },
  { requiredKeys: ["accessKeyId", "secretAccessKey"] },
);
const place = fc
  .record(
    {
      endpoint: fc.constantFrom("http://127.0.0.1:9000", "https://store.example", "https://store.example:8443/base/"),
      region: fc.stringMatching(/^[a-z]{2}-[a-z]{4,9}-[1-9]$/),
      bucket: fc.stringMatching(/^[a-z0-9][a-z0-9-]{1,20}[a-z0-9]$/),
      key,
      pathStyle: fc.boolean(),
      versionId: text(20),
    },
    { requiredKeys: ["endpoint", "region", "bucket", "key"] },
  )
  .filter(({ endpoint, pathStyle }) => pathStyle !== false || !endpoint.includes("127.0.0.1"));
/** Seconds, of which the compact form has no fractions, from 1970 to 9999. */
const time = fc.integer({ min: 0, max: 253_402_300_799 }).map((seconds) => seconds * 1000);
const headers = fc.dictionary(fc.stringMatching(/^x-amz-[a-z][a-z-]{0,10}$/), fc.stringMatching(/^[ -~]{0,20}$/), {
  maxKeys: 4,
});
const method = fc.constantFrom("GET", "HEAD");

function theirs(request: SigningRequest, extra: { signQuery?: boolean; url?: string } = {}): AwsV4Signer {
  return new AwsV4Signer({
    method: request.method,
    url: request.url.href,
    headers: request.headers ?? {},
    ...request.credentials,
    service: "s3",
    region: request.region,
    datetime: new Date(request.time).toISOString().replace(/[:-]|\.\d{3}/g, ""),
    ...extra,
  });
}

describe("signatures of version 4", () => {
  test("in headers are those of another implementation", async () => {
    await fc.assert(
      fc.asyncProperty(credentials, place, time, headers, method, async (who, where, when, more, verb) => {
        const request: SigningRequest = {
          method: verb,
          url: s3Url(where),
          headers: more,
          credentials: who,
          region: where.region,
          time: when,
        };
        const signed = await theirs(request).sign();
        const ours = await signHeaders(request);
        expect(ours["authorization"]).toBe(signed.headers.get("authorization"));
        expect(ours["x-amz-date"]).toBe(signed.headers.get("x-amz-date"));
      }),
    );
  });

  test("in queries are those of another implementation", async () => {
    const life = fc.integer({ min: 1, max: 604_800 });
    await fc.assert(
      fc.asyncProperty(credentials, place, time, life, method, async (who, where, when, seconds, verb) => {
        const url = s3Url(where);
        const request: SigningRequest = { method: verb, url, credentials: who, region: where.region, time: when };
        const asked = new URL(url);
        asked.searchParams.set("X-Amz-Expires", String(seconds));
        const signed = await theirs(request, { signQuery: true, url: asked.href }).sign();
        const ours = await signQuery(request, seconds);
        expect(ours.searchParams.get("X-Amz-Signature")).toBe(signed.url.searchParams.get("X-Amz-Signature"));
        expect([...ours.searchParams].sort()).toEqual([...signed.url.searchParams].sort());
        const direct = await presignS3Url({ ...where, credentials: who, expiresSeconds: seconds, now: () => when });
        if (verb === "GET") expect(direct).toBe(ours.href);
      }),
    );
  });

  // The worked examples of Amazon's own description, which also sign a range.
  test("are those of the published examples", async () => {
    const published = {
      method: "GET",
      url: new URL("https://examplebucket.s3.amazonaws.com/test.txt"),
      credentials: {
        accessKeyId: "AKIAIOSFODNN7EXAMPLE",
        secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
      },
      region: "us-east-1",
      time: Date.UTC(2013, 4, 24),
    };
    const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    const headers = await signHeaders({ ...published, headers: { range: "bytes=0-9", "x-amz-content-sha256": empty } });
    expect(headers["authorization"]).toContain(
      "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    );
    const url = await signQuery(published, 86_400);
    expect(url.searchParams.get("X-Amz-Signature")).toBe(
      "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
    );
  });

  test("live a whole number of seconds, up to seven days", async () => {
    const options = {
      region: "eu-test-1",
      bucket: "b",
      key: "k",
      credentials: { accessKeyId: "A", secretAccessKey: "S" },
    };
    for (const expiresSeconds of [0, -1, 1.5, 604_801, Number.NaN])
      await expect(presignS3Url({ ...options, expiresSeconds })).rejects.toThrow(RangeError);
  });
});

describe("the address of an object", () => {
  test("keeps every character of the key, encoded once", () => {
    fc.assert(
      fc.property(place, (where) => {
        const url = s3Url(where);
        const path = decodeURIComponent(url.pathname);
        expect(path.endsWith(`/${where.key}`)).toBe(true);
        expect(url.pathname).toMatch(/^[A-Za-z0-9._~%/-]+$/);
        expect(url.searchParams.get("versionId")).toBe(where.versionId ?? null);
        expect(url.hostname.startsWith(`${where.bucket}.`)).toBe(where.pathStyle === false);
      }),
    );
  });

  test("is the one of Amazon where no endpoint is given, with the bucket in the host name where that can be", () => {
    expect(s3Url({ region: "eu-west-1", bucket: "tools", key: "a b/c+d.buf" }).href).toBe(
      "https://tools.s3.eu-west-1.amazonaws.com/a%20b/c%2Bd.buf",
    );
    expect(s3Url({ region: "eu-west-1", bucket: "with.dots", key: "/x" }).href).toBe(
      "https://s3.eu-west-1.amazonaws.com/with.dots//x",
    );
  });

  test.each([
    ["an endpoint that is no URL", { endpoint: "store" }],
    ["an endpoint of another scheme", { endpoint: "ftp://store" }],
    ["an endpoint with a password", { endpoint: "https://me:secret@store" }],
    ["an endpoint with a query", { endpoint: "https://store/?a=b" }],
    ["no bucket", { bucket: "" }],
    ["two buckets", { bucket: "a/b" }],
    ["a bucket that no host name may hold", { bucket: "A_b", pathStyle: false }],
    ["a bucket in front of an address of numbers", { endpoint: "http://127.0.0.1:9000", pathStyle: false }],
    ["no key", { key: "" }],
    ["a key that every URL would lose", { key: "a/../b" }],
    ["a key that is no Unicode text", { key: "\ud800" }],
    ["a region that is none", { region: "" }],
  ])("is refused with %s", (_what, wrong) => {
    const right = { endpoint: "https://store.example", region: "eu-test-1", bucket: "tools", key: "a.buf" };
    expect(() => s3Url({ ...right, ...wrong })).toThrow(TypeError);
  });
});
