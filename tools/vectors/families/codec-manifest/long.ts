import { array, bytes, type Item, map, replace, sorted, text, write } from "../../building/cbor.js";
import { manifests } from "../../building/documents.js";
import { fromHex } from "../../building/octets.js";
import type { Draft } from "../../corpus/family.js";
import { decodes, refuses } from "../codec/decoding.js";

const CLAUSES = ["manifest.shape", "encoding.write.round-trip"];

/** Manifests longer than what a reader converts or copies at once, with the texts of a short one. */
export function longDrafts(): Draft[] {
  return [...noticeDrafts(), ...annotationDrafts(), ...boundDrafts()];
}

function notice(content: string): Item {
  return replace(manifests.maximal(), ["deprecation_notice"], text(content));
}

function accepted(name: string, document: Item, why: string): Draft {
  return decodes({
    id: `codec-manifest/long/${name}`,
    rule: "manifest",
    clauses: CLAUSES,
    document,
    why,
    again: true,
  });
}

/** One long text between short ones. */
function noticeDrafts(): Draft[] {
  const ascii = accepted("notice-ascii", notice("notice ".repeat(10_000)), "The notice has 70000 bytes of ASCII.");
  const other = accepted("notice-not-ascii", notice("aé€\u{1f600}".repeat(700)), "The notice has 7000 bytes of UTF-8.");
  const late = accepted("notice-late", notice(`${"x".repeat(6000)}é`), "The last of 6001 characters is not ASCII.");
  const bad = write(replace(notice(""), ["deprecation_notice"], text(fromHex(`${"78".repeat(6000)}e9`))));
  const digest = write(replace(notice("notice ".repeat(10_000)), ["section_index_digest"], bytes(new Uint8Array(33))));
  return [
    ascii,
    other,
    late,
    refuses(late, {
      id: "codec-manifest/long/notice-latin-1",
      clauses: ["encoding.text"],
      bytes: bad,
      reason: "invalid_utf8",
      locus: bad.locus("deprecation_notice"),
      mutator: "replace",
      arguments: { path: "$.deprecation_notice" },
      why: "The last of 6001 bytes is one of Latin-1.",
    }),
    ...cutDrafts(ascii, notice("notice ".repeat(10_000))),
    refuses(ascii, {
      id: "codec-manifest/long/digest-behind",
      clauses: ["encoding.length", "manifest.section-index-digest"],
      bytes: digest,
      reason: "length_out_of_range",
      locus: digest.locus("section_index_digest"),
      mutator: "replace",
      arguments: { path: "$.section_index_digest" },
      why: "A digest of 33 bytes stands behind 70000 bytes of text.",
    }),
  ];
}

/** Cut at the last key of the document. @spec encoding.truncated */
function cutDrafts(parent: Draft, document: Item): Draft[] {
  const written = write(document);
  const key = written.key("runtime_interface_min");
  return [0, 1, 2, 5, key.end - key.start].map((more) => {
    const end = key.start + more;
    const { at, path } = written.truncation(end);
    return refuses(parent, {
      id: `codec-manifest/long/cut-${more}-bytes-behind-the-last-key-began`,
      clauses: ["encoding.truncated", "encoding.path.keys"],
      bytes: written.hex.slice(0, end * 2),
      reason: "truncated",
      locus: { at, path },
      mutator: "truncate",
      arguments: { length: end },
      why: `A long manifest ends ${more} bytes behind the first byte of its last key.`,
    });
  });
}

/** Many short texts. */
function annotationDrafts(): Draft[] {
  const of = (count: number): Item =>
    replace(
      manifests.typical(),
      ["annotations"],
      map(
        sorted(
          Array.from({ length: count }, (_, at) => ({
            key: text(`key-${at}`),
            value: text(at % 50 === 7 ? `välue ${at}` : `value ${at} ${"-".repeat(at % 60)}`),
          })),
        ),
      ),
    );
  const many = of(1800);
  const parent = accepted("annotations", many, "1800 annotations, most of them ASCII.");
  const wrong = write(replace(many, ["required_capabilities"], array([text("fs.read"), text("Fs.write")])));
  return [
    parent,
    refuses(parent, {
      id: "codec-manifest/long/capability-behind",
      clauses: ["encoding.pattern", "manifest.required-capabilities"],
      bytes: wrong,
      reason: "pattern_mismatch",
      locus: wrong.locus("required_capabilities", 1),
      mutator: "replace",
      arguments: { path: "$.required_capabilities" },
      why: "A capability against its pattern stands behind 1800 annotations.",
    }),
  ];
}

/** Documents of 4095 to 4097 bytes. */
function boundDrafts(): Draft[] {
  const shortest = write(notice("x".repeat(300))).bytes.length - 300;
  return [4095, 4096, 4097].flatMap((length) => {
    const document = notice("x".repeat(length - shortest));
    const parent = accepted(`${length}-bytes`, document, `A manifest of ${length} bytes.`);
    const written = write(document);
    return [
      parent,
      refuses(parent, {
        id: `codec-manifest/long/${length}-bytes-and-one`,
        clauses: ["encoding.whole"],
        bytes: `${written.hex}00`,
        reason: "trailing_bytes",
        locus: { at: written.bytes.length, path: "$" },
        mutator: "append",
        arguments: { bytes: "00" },
        why: `A byte stands behind a manifest of ${length} bytes.`,
      }),
    ];
  });
}
