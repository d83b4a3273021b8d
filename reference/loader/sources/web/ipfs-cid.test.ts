import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildBlock, buildFile } from "../testing/unixfs-builder.js";
import { parseIpfsAddress } from "./ipfs-address.js";
import { DAG_PB, parseCid, RAW, readCid, readVarint, SHA2_256, toBase32, toBase58 } from "./ipfs-cid.js";

// @spec loader.source.ipfs.cid

const RAW_EMPTY = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";

describe("a content identifier", () => {
  test("is read in both forms: well-known ones", () => {
    const empty = createHash("sha256").digest();
    expect(parseCid(RAW_EMPTY)).toMatchObject({ codec: RAW, hash: SHA2_256 });
    expect(Buffer.from(parseCid(RAW_EMPTY).digest)).toEqual(empty);
    // The empty folder, which many a gateway knows by heart.
    const folder = createHash("sha256")
      .update(Uint8Array.of(0x0a, 2, 8, 1))
      .digest();
    for (const text of [
      "QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn",
      "bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354",
    ]) {
      expect(parseCid(text)).toMatchObject({ text, codec: DAG_PB, hash: SHA2_256 });
      expect(Buffer.from(parseCid(text).digest)).toEqual(folder);
    }
  });

  test("gives back the text it came from, for any content", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (content, isOld) => {
        const built = isOld ? buildFile(content, { version: 0, rawLeaves: false }) : buildBlock(RAW, content);
        const cid = parseCid(built.cid);
        expect(cid.text).toBe(built.cid);
        expect(readCid(new Uint8Array(built.cidBytes))).toEqual(cid);
        expect(isOld ? toBase58(built.cidBytes) : `b${toBase32(built.cidBytes)}`).toBe(built.cid);
      }),
    );
  });

  test("is refused when a single letter of it is changed to another, or lost", () => {
    for (const text of [RAW_EMPTY, "QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn"]) {
      const right = parseCid(text);
      for (let at = 0; at < text.length; at += 1) {
        expect(() => parseCid(text.slice(0, at) + text.slice(at + 1))).toThrow(TypeError);
        const other = text.slice(0, at) + (text[at] === "a" ? "c" : "a") + text.slice(at + 1);
        let found: ReturnType<typeof parseCid> | undefined;
        try {
          found = parseCid(other);
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
        }
        expect(found).not.toMatchObject({ codec: right.codec, hash: right.hash, digest: right.digest });
      }
    }
  });

  test.each([
    ["nothing", ""],
    ["a word", "hello"],
    ["another base", "zb2rhe5P4gXftAwvA4eXQ5HJwsER2owDyS9sKaQRRVQPn93bA"],
    ["capital letters", RAW_EMPTY.toUpperCase()],
    ["another version", `b${toBase32(Uint8Array.of(2, RAW, SHA2_256, 1, 7))}`],
    ["a digest that is too short", `b${toBase32(Uint8Array.of(1, RAW, SHA2_256, 32, 7))}`],
    ["bytes behind the digest", `b${toBase32(Uint8Array.of(1, RAW, SHA2_256, 1, 7, 7))}`],
    ["a number that is not in its shortest form", `b${toBase32(Uint8Array.of(1, 0xd5, 0, SHA2_256, 1, 7))}`],
    ["an endless text", `b${"a".repeat(100_000)}`],
  ])("is refused: %s", (_what, text) => {
    expect(() => parseCid(text)).toThrow(/is no content identifier/);
  });

  test("any bytes and any text are read or refused, and nothing else happens", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => void readCid(bytes)));
    fc.assert(fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => readVarint(bytes, 0)[0] >= -1));
    const text = fc.oneof(fc.string({ maxLength: 70 }), fc.stringMatching(/^b[a-z2-7]{0,70}$/));
    fc.assert(
      fc.property(text, (found) => {
        try {
          expect(parseCid(found).text).toBe(found);
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
        }
      }),
    );
  });
});

describe("an address", () => {
  test("is an identifier, or one with a path, or either as a URL", () => {
    expect(parseIpfsAddress(RAW_EMPTY).path).toEqual([]);
    expect(parseIpfsAddress(`ipfs://${RAW_EMPTY}`).path).toEqual([]);
    expect(parseIpfsAddress(`IPFS://${RAW_EMPTY}/a%2Fb/%C3%A4.buf`).path).toEqual(["a/b", "ä.buf"]);
    expect(parseIpfsAddress(`${RAW_EMPTY}/x`).path).toEqual(["x"]);
  });

  test.each(["//x", "/", "/a//b", "/a/../b", "/%2e%2E/b", "/a/./b", "/a?b", "#a", "/%ff", "/%"])(
    "is refused with %s behind the identifier",
    (rest) => {
      expect(() => parseIpfsAddress(`ipfs://${RAW_EMPTY}${rest}`)).toThrow(TypeError);
    },
  );
});
