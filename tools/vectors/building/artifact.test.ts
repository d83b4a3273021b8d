import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { testKey } from "../corpus/keys.js";
import { ROOT } from "../corpus/specification.js";
import { type ArtifactPlan, build, buildFaulty, type Repair, sectionOf } from "./artifact.js";
import { crc32 } from "./artifact-head.js";
import { fromHex, join, sha256, toHex, utf8 } from "./octets.js";

/** The bytes of a dump in the chapter examples. */
function exampleBytes(name: string): Uint8Array {
  const chapter = readFileSync(`${ROOT}spec/chapters/examples.md`, "utf8");
  const [, dump = ""] = chapter.split(`<!-- bytes: ${name} -->`);
  const rows = dump.slice(0, dump.indexOf("<!-- end -->")).matchAll(/^[0-9a-f]{8} {2}((?:[0-9a-f]{2} ?)+)(?: |$)/gm);
  return fromHex([...rows].map(([, digits = ""]) => digits.trim()).join(" "));
}

const program = exampleBytes("minimal").slice(-92, -44);
const plan: ArtifactPlan = { name: "example/minimal", sections: [{ id: "main", body: program }] };
const key = testKey("ed25519-publisher");
const signed: ArtifactPlan = { ...plan, key };

describe("building an artifact", () => {
  it("gives the bytes of the chapter examples", () => {
    expect(toHex(build(plan).bytes)).toBe(toHex(exampleBytes("minimal")));
  });

  it("lays a signed artifact out like the one of the examples, and signs what the chapter says", () => {
    const example = exampleBytes("signed");
    const built = build(signed);
    expect(built.bytes.length).toBe(example.length);
    expect(toHex(built.header)).toBe(toHex(example.subarray(0, 48)));
    expect(toHex(built.index)).toBe(toHex(example.subarray(built.indexAt, built.bodiesAt)));
    const member = join(utf8("isignature"), fromHex("a3"));
    const at = Buffer.from(built.manifest).indexOf(member);
    expect(toHex(built.manifest.subarray(0, at))).toBe(toHex(example.subarray(48, 48 + at)));
  });

  it("computes the checksum that the chapter gives", () => {
    expect(crc32(utf8("1234"), utf8("56789"))).toBe(0xcbf43926);
  });

  it("knows where everything lies", () => {
    const { bytes, trailerAt, indexAt, ...built } = build(signed);
    const { at, length, digest, pinned } = sectionOf(built as never, "main");
    expect(toHex(bytes.subarray(at, at + length))).toBe(toHex(program));
    expect(toHex(digest)).toBe(toHex(sha256(program)));
    expect(toHex(pinned)).toBe(toHex(digest));
    expect(bytes[built.inManifest("$.required_capabilities")]).toBe(0x80);
    expect(bytes[built.inIndex("$[0][6]")]).toBe(0xa0);
    expect(indexAt).toBe(48 + built.manifest.length);
    expect(trailerAt).toBe(bytes.length - 44);
  });
});

describe("the repair ladder", () => {
  const sound = build(signed);
  const flip = { bodies: { main: (body: Uint8Array) => body.map((byte, at) => (at === 0 ? byte ^ 1 : byte)) } };
  const made = (repair: Repair) => buildFaulty(signed, flip, repair);

  it("changes nothing but the fault where nothing is repaired", () => {
    const { bytes } = made("raw");
    const different = [...bytes.keys()].filter((at) => bytes[at] !== sound.bytes[at]);
    expect(different).toEqual([sectionOf(sound, "main").at]);
  });

  it("makes digests right again and leaves the signature", () => {
    const { index, signature, trailer, manifest, manifestWritten, crc } = made("digests");
    expect(toHex(signature ?? new Uint8Array())).toBe(toHex(sound.signature ?? new Uint8Array(1)));
    const pinned = manifestWritten.value("section_index_digest").item;
    expect(pinned.kind === "bytes" && toHex(pinned.bytes)).toBe(toHex(sha256(index)));
    expect(toHex(trailer.subarray(8, 40))).toBe(toHex(sha256(manifest)));
    expect(toHex(trailer.subarray(40))).toBe(crc.toString(16).padStart(8, "0"));
  });

  it("signs again at last", () => {
    const again = made("signed");
    expect(again.signature).not.toEqual(sound.signature);
    const renewed = { ...signed, sections: [{ id: "main", body: flip.bodies.main(program) }] };
    expect(toHex(again.bytes)).toBe(toHex(build(renewed).bytes));
  });

  it("signs the head of a manifest of 24 members in its shortest form", () => {
    const many = Object.fromEntries(
      Array.from({ length: 15 }, (_, number) => [`zone_of_a_later_minor_${number + 10}`, 0]),
    );
    const built = build({ ...signed, manifest: { schema_version: [1, 1], ...many } });
    expect([...built.manifest.subarray(0, 2)]).toEqual([0xb8, 24]);
    expect(built.signature?.some((byte) => byte !== 0)).toBe(true);
  });
});
