import { LOADER_PHASES } from "../../../../generated/enums/loader-phase.js";
import type { VectorInputs, VectorStorage } from "../../../../generated/json/vector.js";
import { type ArtifactPlan, build, sectionOf } from "../../building/artifact.js";
import { type Draft, mutated, type Refusal } from "../../corpus/family.js";
import { type LoadParent, loads } from "../artifact-drafts.js";
import { limit, notSelected, truncated } from "../artifact-refusals.js";
import { byteOf, FRONT, plan, selected, storageRefusal, stored } from "./artifact.js";
import { replaced, tags } from "./changes.js";

type Phase = "read_head" | "read_sections";

const unavailable = (phase: Phase): Refusal => ({ code: "LDR_SOURCE_UNAVAILABLE", phase });
/** Where it ends depends on how it was read, and is not compared. */
const short = (phase: Phase): Refusal => ({ code: "LDR_TRUNCATED", phase });

const effect = "A broken disk or a lying server makes the host crash, or its error is taken for a forged artifact.";

/** Storage that gives less, more or nothing, and sizes that are none. */
export function faultyStorage(): readonly Draft[] {
  const eager = stored(
    "reads/storage/eager",
    { strategy: "eager", storage: {} },
    ["loader.source.interface", "loader.close"],
    "A storage that gives what it is asked for.",
  );
  const opened = stored(
    "reads/storage/opened",
    { strategy: "lazy", storage: {} },
    ["loader.source.interface", "loader.close"],
    "A storage that gives what it is asked for; nothing is accessed.",
  );
  const lazy = stored(
    "reads/storage/lazy",
    { strategy: "lazy", access: ["c-part", "main"], storage: {} },
    ["loader.source.interface", "loader.close"],
    "A storage that gives what it is asked for, to lazy accesses.",
  );
  return [
    ...[eager, opened, lazy].map(({ draft }) => ({ ...draft, expect: { ...draft.expect, effects: { closes: 1 } } })),
    ...places(eager, lazy),
    ...untouched(lazy),
    ...sizes(opened),
    ...again(lazy),
    ...tags(lazy),
    ...replaced(eager, lazy),
    ...retries(),
    ...closes(eager, lazy),
    ...stops(eager),
    ...progress(),
    ...ends(eager),
  ];
}

/** Each fault of a read, at the head, at the trailer, and in bodies that are read at once or at their access. */
function places(eager: LoadParent, lazy: LoadParent): Draft[] {
  const end = eager.built.bytes.length;
  const where: readonly (readonly [string, LoadParent, number, Phase, string])[] = [
    ["header", eager, 10, "read_head", "in the header"],
    ["manifest", lazy, 60, "read_head", "in the manifest"],
    ["trailer", lazy, end - 1, "read_head", "at the last byte of the trailer"],
    ["trailer-first", eager, end - 44, "read_head", "at the first byte of the trailer"],
    ["body-eager", eager, byteOf(eager, "a-long", -1), "read_sections", "in a body that an eager load reads"],
    ["last-body-eager", eager, byteOf(eager, "main", -1), "read_sections", "in the last body that an eager load reads"],
    ["body-lazy", lazy, byteOf(lazy, "c-part", 0), "read_sections", "at the first byte of a body at its access"],
    ["second-access", lazy, byteOf(lazy, "main", -1), "read_sections", "in the body of the second access"],
  ];
  const kinds: readonly (readonly [
    string,
    (at: number) => VectorStorage,
    (phase: Phase) => Refusal,
    string,
    string,
  ])[] = [
    ["short", (at) => ({ ends_at: at }), short, "loader.source.short-read", "A read that gets too few bytes"],
    ["long", (at) => ({ excess_at: at }), unavailable, "loader.source.long-read", "A read that gets too many bytes"],
    [
      "stopped",
      (at) => ({ stops_at: at }),
      (phase) => ({ code: "LDR_ABORTED", phase }),
      "loader.cancellation",
      "A caller who stops while a read is under way",
    ],
    [
      "no-bytes",
      (at) => ({ nothing_at: at }),
      unavailable,
      "loader.source.untrusted",
      "A read that gets no bytes at all",
    ],
    [
      "found-failing",
      (at) => ({ fails_at: at, fails_with: "LDR_SOURCE_UNAVAILABLE" }),
      unavailable,
      "loader.source.unavailable",
      "A read that fails, as the source itself says,",
    ],
    [
      "found-changed",
      (at) => ({ fails_at: at, fails_with: "LDR_SOURCE_CHANGED" }),
      (phase) => ({ code: "LDR_SOURCE_CHANGED", phase }),
      "loader.source.changed",
      "A read that shows the source that it has changed",
    ],
    [
      "found-short",
      (at) => ({ fails_at: at, fails_with: "LDR_TRUNCATED" }),
      short,
      "loader.source.short-read",
      "A read that shows the source that it ends",
    ],
    ["failing", (at) => ({ fails_at: at }), unavailable, "loader.source.unavailable", "A read that fails"],
  ];
  return kinds.flatMap(([kind, storage, refusal, clause, what]) =>
    where.map(([name, parent, at, phase, place]) =>
      storageRefusal(parent, {
        id: `reads/storage/${kind}-${name}`,
        clauses: [...new Set([clause, "loader.source.untrusted", "loader.phase-context", "loader.close"])],
        inputs: { storage: storage(at) },
        refusal: { ...refusal(phase), effects: { closes: 1 } },
        why: `${what} ${place}.`,
        effect,
      }),
    ),
  );
}

/** Faults in bytes that nobody asks for. */
function untouched(lazy: LoadParent): Draft[] {
  const of = (id: string, inputs: VectorInputs, why: string): Draft =>
    stored(
      `reads/storage/untouched-${id}`,
      inputs,
      ["loader.strategy", "loader.reads.bodies"],
      why,
      "A device cannot start a program because of a bad block that nothing needs.",
    ).draft;
  const unselected = byteOf(lazy, "e-browser", 100);
  const unasked = byteOf(lazy, "d-part", 100);
  return [
    of("unselected", { strategy: "eager", storage: { fails_at: unselected } }, "A bad block in a skipped body."),
    of(
      "unselected-short",
      { strategy: "lazy", access: ["d-part", "main"], storage: { ends_at: unselected } },
      "A storage that gives nothing from a byte of a skipped body on, to reads that touch it.",
    ),
    of(
      "unasked",
      { strategy: "lazy", access: ["c-part", "main"], storage: { fails_at: unasked } },
      "A bad block in a body that is never asked for.",
    ),
  ];
}

/** What a storage may say of its size. */
function sizes(opened: LoadParent): Draft[] {
  const { bytes, bodiesAt } = opened.built;
  const size = bytes.length;
  const rows: readonly (readonly [string, unknown, Refusal, string])[] = [
    ["null", null, unavailable("read_head"), "Null is no size."],
    ["text", String(size), unavailable("read_head"), "The digits of a size are no size."],
    ["negative", -1, unavailable("read_head"), "A size below zero is none."],
    ["fraction", size + 0.5, unavailable("read_head"), "A size that is no integer is none."],
    ["list", [size], unavailable("read_head"), "A list is no size."],
    ["beyond", 9_007_199_254_740_992, unavailable("read_head"), "A size of 2^53 cannot be told from the next one."],
    ["zero", 0, truncated("read_head", 0, 92), "Nothing is there where the size is 0, whatever could be read."],
    ["one", 1, truncated("read_head", 1, 92), "An artifact of one byte is too short, whatever could be read."],
    ["91", 91, truncated("read_head", 91, 92), "The size counts, and not what could be read."],
    [
      "head-only",
      bodiesAt,
      truncated("read_head", bodiesAt, bodiesAt + 44),
      "A size that ends behind the index leaves no room for the trailer.",
    ],
    ["one-more", size + 1, short("read_head"), "A trailer that would end behind the last byte cannot be read."],
    ["greatest", 9_007_199_254_740_991, short("read_head"), "No trailer is read near 2^53."],
  ];
  return rows.map(([name, told, refusal, why]) =>
    storageRefusal(opened, {
      id: `reads/storage/size-${name}`,
      clauses: [
        "loader.source.untrusted",
        refusal.code === "LDR_TRUNCATED" ? "loader.read-head.size" : "loader.source.unavailable",
      ],
      inputs: { storage: { size: told } },
      refusal,
      why,
      effect,
    }),
  );
}

/** Reads that fail a few times only, and bytes that are right the second time. */
function again(lazy: LoadParent): Draft[] {
  const at = byteOf(lazy, "c-part", 700);
  const clause = "loader.read-sections.failed";
  const lost = "A body that was out of reach for a moment is out of reach until the process ends.";
  const of = (id: string, inputs: VectorInputs, why: string): Draft =>
    stored(
      `reads/storage/again-${id}`,
      { strategy: "lazy", access: ["c-part", "main"], ...inputs },
      [clause],
      why,
      lost,
    ).draft;
  const { length } = sectionOf(lazy.built, "c-part");
  return [
    of("once", { tries: 1, storage: { fails_at: at, failures: 1 } }, "A read that failed once is made again."),
    of(
      "three-times",
      { tries: 3, storage: { fails_at: at, failures: 3 } },
      "A read that failed three times is made a fourth time.",
    ),
    of(
      "repeated-access",
      { access: ["c-part", "c-part"], tries: 2, storage: { fails_at: at, failures: 2 } },
      "A body that came at the third try is there at the next access.",
    ),
    storageRefusal(lazy, {
      id: "reads/storage/again-too-often",
      clauses: [clause, "loader.source.unavailable"],
      inputs: { tries: 1, storage: { fails_at: at, failures: 2 } },
      refusal: unavailable("read_sections"),
      why: "A read that fails twice is not there at the second try.",
      effect: `${lost.slice(0, -1)}, or its ${length} bytes are made up.`,
    }),
  ];
}

/** A source that tells of its attempts. */
function retries(): Draft[] {
  const attempts = [
    { attempt: 2, delay_ms: 100, reason: "503", offset: 16_384 },
    { attempt: 3, delay_ms: 250, reason: "the connection was lost" },
  ];
  const of = (id: string, strategy: "eager" | "lazy", told: typeof attempts, why: string): Draft => {
    const tell = ["load.source_retried"];
    const clauses = ["loader.events.retried"];
    const { draft } = stored(`reads/storage/${id}`, { strategy, tell, storage: { retries: told } }, clauses, why);
    const events = told.map((fields) => ({ event: "load.source_retried", fields }));
    return { ...draft, expect: { ...draft.expect, effects: { told: events } } };
  };
  return [
    of("retried", "lazy", attempts, "Two attempts that the source repeats are told, with what it says of each."),
    of("retried-once", "eager", attempts.slice(1), "An attempt that is not for a range is told without an offset."),
  ];
}

/** Loads that their caller stops where a phase begins. */
function stops(eager: LoadParent): Draft[] {
  return LOADER_PHASES.map((phase) =>
    mutated(eager.draft, {
      id: `reads/storage/stopped-in-${phase.replace("_", "-")}`,
      clauses: ["loader.cancellation", "loader.close"],
      recipe: { mutator: "set-input", arguments: { stop: phase }, repair: "raw" },
      inputs: { stop: phase },
      refusal: {
        code: "LDR_ABORTED",
        phase,
        effects: { closes: 1, published: ["load.phase_failed"], unpublished: ["load.load_completed"] },
      },
      why: `A load that its caller stops at the beginning of ${phase} ends there.`,
      effect: "A user closes a window, and the artifact goes on being loaded behind it.",
    }),
  );
}

/** Bytes of bodies that are told as they arrive. */
function progress(): Draft[] {
  const of = (title: number): ArtifactPlan => ({
    name: "vectors/progress",
    entry: "main",
    sections: plan.sections,
    manifest: { annotations: { title: "t".repeat(title) } },
  });
  // The read at the front ends where the first body begins, so that each body is read as a whole.
  const whole = of(15_000 + FRONT - build(of(15_000)).bodiesAt);
  const expected = plan.sections.reduce((sum, { id, body }) => sum + (id === "e-browser" ? 0 : body.length), 0);
  const { draft } = loads({
    id: "reads/storage/progress",
    plan: whole,
    inputs: { strategy: "eager", tell: ["load.progress"] },
    result: { selected, skipped: [{ section: "e-browser", reason: "terminal" }] },
    clauses: ["loader.events.progress"],
    effects: { told: [{ event: "load.progress", fields: { received: expected, expected } }] },
    why: "When the last body has arrived, all bytes that were expected are told as received.",
    effect: "A bar that shows how far a load has come never reaches its end.",
  });
  return [draft];
}

/** Both ends at once, from a source that gives nothing. */
function ends(eager: LoadParent): Draft[] {
  return [
    storageRefusal(eager, {
      id: "reads/storage/no-ends",
      clauses: ["loader.source.untrusted"],
      inputs: { storage: { nothing_at: 10 }, ways: { source: ["ends"] } },
      refusal: unavailable("read_head"),
      why: "A source that is to give both ends at once gives nothing.",
      effect,
    }),
  ];
}

/** The source is given back once, however a case ends. */
function closes(eager: LoadParent, lazy: LoadParent): Draft[] {
  const effects = { closes: 1 };
  const clauses = ["loader.close"];
  const leak = "A host that loads many artifacts runs out of open files.";
  const refused = (id: string, parent: LoadParent, inputs: VectorInputs, refusal: Refusal, why: string): Draft =>
    mutated(parent.draft, {
      id: `reads/storage/closed-${id}`,
      clauses,
      recipe: { mutator: "set-input", arguments: { ...inputs }, repair: "raw" },
      inputs,
      refusal: { ...refusal, effects },
      why,
      effect: leak,
    });
  return [
    refused(
      "after-refusal",
      eager,
      { limits: { sections: 2 } },
      limit("parse", "sections", 2, plan.sections.length, eager.built.indexAt),
      "The source of a load that is refused is closed once.",
    ),
    refused(
      "after-profile",
      eager,
      { profile: {} },
      { code: "LDR_PROFILE_INVALID", locus: { path: "$.terminal" } },
      "The source of a load that was never begun is closed once.",
    ),
    refused(
      "after-access",
      lazy,
      { access: ["absent"] },
      notSelected("absent", "missing"),
      "The source is closed once behind an access that failed.",
    ),
  ];
}
