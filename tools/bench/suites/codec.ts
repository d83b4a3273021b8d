import { deepStrictEqual } from "node:assert";
import { Decoder, Encoder } from "cbor-x";
import { decode as cbor2Decode, encode as cbor2Encode } from "cbor2";
import { decode as cborgDecode, encode as cborgEncode } from "cborg";
import { decodeManifest, encodeManifest } from "../../../generated/codecs/manifest.js";
import type { SectionEntry, SectionIndex } from "../../../generated/codecs/section-index.js";
import { decodeSectionIndex, encodeSectionIndex } from "../../../generated/codecs/section-index.js";
import type { Contestant, Race, Suite } from "../race.js";
import { sampleIndex, sampleManifest } from "../samples.js";
import { type Plain, plainOf, withHexBytes } from "./plain.js";

/** Sections of the large index. */
const MANY = 10_000;

/** Manifest and section index against general-purpose codecs, which check less, and JSON. */
export const codecSuite: Suite = {
  name: "codec",
  about: "manifest and section index, decode and encode, against cbor-x, cborg, cbor2 and JSON",
  races: () => [...manifestRaces(), ...indexRaces(16), ...indexRaces(MANY)],
};
