import type { VectorStorage } from "../../../../generated/json/vector.js";
import { buildFaulty } from "../../building/artifact.js";
import { flipped, toHex } from "../../building/octets.js";
import type { Draft, Refusal } from "../../corpus/family.js";
import type { LoadParent } from "../artifact-drafts.js";
import { byteOf, plan, storageRefusal, stored } from "./artifact.js";

/** Sizes and entity tags that change under an open artifact. */
export function tags(lazy: LoadParent): Draft[] {
  const at = byteOf(lazy, "c-part", 5);
  const size = lazy.built.bytes.length;
  const changed = (property: "size" | "etag"): Refusal => ({
    code: "LDR_SOURCE_CHANGED",
    phase: "read_sections",
    context: { property },
  });
  const clauses = ["loader.source.changed"];
  const mixed = "Bodies of two releases are mixed in one program.";
  const refused = (id: string, storage: VectorStorage, property: "size" | "etag", why: string, more = clauses): Draft =>
    storageRefusal(lazy, {
      id: `reads/storage/changed-${id}`,
      clauses: more,
      inputs: { storage },
      refusal: changed(property),
      why,
      effect: mixed,
    });
  const kept = (id: string, storage: VectorStorage, why: string): Draft =>
    stored(
      `reads/storage/unchanged-${id}`,
      { strategy: "lazy", access: ["c-part", "main"], storage },
      ["loader.source.strong-etag"],
      why,
      "A load fails because a server compresses anew, although every byte is the same.",
    ).draft;
  const strong = '"v1"';
  const weak = 'W/"v1"';
  return [
    refused("size-more", { change: { at, size: size + 1 } }, "size", "The object grew while a body was read."),
    refused("size-less", { change: { at, size: size - 1 } }, "size", "The object shrank while a body was read."),
    refused("size-zero", { change: { at, size: 0 } }, "size", "The object was emptied while a body was read."),
    refused("size-lost", { change: { at, size: null } }, "size", "The storage tells no size any more."),
    refused(
      "before-access",
      { change: { at: size - 1, size: size + 1 } },
      "size",
      "The object grew as soon as its trailer had been read.",
    ),
    refused("tag", { etag: strong, change: { at, etag: '"v2"' } }, "etag", "The object has another tag."),
    refused("tag-lost", { etag: strong, change: { at, etag: null } }, "etag", "The object has no tag any more."),
    refused(
      "tag-weak",
      { etag: strong, change: { at, etag: weak } },
      "etag",
      "A weak tag is none, and a strong one was there.",
      [...clauses, "loader.source.strong-etag"],
    ),
    refused(
      "size-before-tag",
      { etag: strong, change: { at, size: size + 1, etag: '"v2"' } },
      "size",
      "Where both have changed, the size is told.",
    ),
    refused(
      "short-read",
      { ends_at: byteOf(lazy, "c-part", 900), change: { at, size: size - 700 } },
      "size",
      "The object was cut while a body was read: it has changed, and is not called truncated.",
      [...clauses, "loader.source.short-read"],
    ),
    kept("tag", { etag: strong }, "A strong tag that stays the same."),
    kept("weak-tag", { etag: weak, change: { at, etag: 'W/"v2"' } }, "A weak tag that changes tells nothing."),
    kept("weak-tag-lost", { etag: weak, change: { at, etag: null } }, "A weak tag that is gone tells nothing."),
    kept("empty-tag", { etag: "", change: { at, etag: null } }, "An empty tag is none."),
    kept("no-text", { etag: 5, change: { at, etag: 6 } }, "What is no text is no tag."),
    kept("tag-that-comes", { change: { at, etag: '"v1"' } }, "A tag that comes later has nothing to be compared with."),
    kept("no-tag", { etag: null }, "A storage that has tags may have none for an object."),
    kept("same-size", { change: { at, size } }, "A size that is told again."),
  ];
}

/** Bodies that are wrong because the object is another one by now. */
export function replaced(eager: LoadParent, lazy: LoadParent): Draft[] {
  const made = buildFaulty(plan, { bodies: { "c-part": (body) => flipped(body, 9, 1) } }, "raw");
  const at = byteOf(lazy, "c-part", 5);
  return Object.entries({ eager, lazy }).map(([name, parent]) =>
    storageRefusal(parent, {
      id: `reads/storage/changed-and-faulty-${name}`,
      clauses: ["loader.source.changed"],
      inputs: { bytes: toHex(made.bytes), storage: { change: { at, size: made.bytes.length + 1 } } },
      refusal: { code: "LDR_SOURCE_CHANGED", phase: "read_sections", context: { property: "size" } },
      why: `A body is wrong because the object has changed, which is told before its digest, of a load that is ${name}.`,
      effect: "An artifact that was replaced while it was read is taken for a forged one.",
    }),
  );
}
