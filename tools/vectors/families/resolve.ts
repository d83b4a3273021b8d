import type { VectorInputs } from "../../../generated/json/vector.js";
import type { ArtifactPlan, Built, Fault } from "../building/artifact.js";
import type { Value } from "../building/cbor.js";
import type { Draft, Family, Refusal } from "../corpus/family.js";
import { testKey } from "../corpus/keys.js";
import { type LoadParent, loads, refused, survived, textSection } from "./artifact-drafts.js";
import {
  badMagic,
  bodyMismatch,
  crcMismatch,
  dependencyUnresolved,
  entryUnresolved,
  signatureFail,
} from "./artifact-refusals.js";
import { toldLoads } from "./told/loads.js";

/** Entry and dependencies. */
export const resolve: Family = {
  name: "resolve",
  drafts: () => [...entries(), ...dependencies(), ...assembly(), ...annotations(), ...notices(), ...toldLoads()],
};

const main = textSection("main", "a program");
const program = (symbol = "run", section = "main"): Value => ({ section, symbol });

function entries(): Draft[] {
  const plan: ArtifactPlan = {
    name: "vectors/resolve",
    entry: "main",
    sections: [textSection("data/words", "some words", { kind: 2 }), main, textSection("main-2", "another program")],
  };
  const parent = loads({
    id: "resolve/entry/accepted",
    plan,
    clauses: ["loader.resolve.entry", "manifest.entry"],
    why: "The entry section exists, is code and is selected.",
  });
  const signed = loads({
    id: "resolve/entry/accepted-signed",
    plan: { ...plan, name: "vectors/resolve-signed", key: testKey("ed25519-publisher") },
    clauses: ["loader.resolve.entry", "manifest.entry"],
    why: "The entry section of a signed artifact exists, is code and is selected.",
  });
  const clauses = ["loader.resolve.entry", "manifest.entry"];
  const effect = "An instance starts with something that is no program, or fails long after the artifact was accepted.";
  const fault = (
    id: string,
    made: Fault,
    refusal: Refusal,
    settings: object,
    why: string,
    more: { readonly of?: LoadParent; readonly inputs?: VectorInputs } = {},
  ): Draft =>
    refused(more.of ?? parent, {
      id: `resolve/entry/${id}`,
      clauses,
      fault: made,
      repair: more.of === undefined ? "digests" : "signed",
      mutator: "members" in made ? "set-member" : "set-entry",
      arguments: { ...settings },
      refusal: () => refusal,
      ...(more.inputs !== undefined && { inputs: () => more.inputs ?? {} }),
      why,
      effect,
    });
  const names = (id: string, section: string, why: string): Draft =>
    fault(
      id,
      { members: { entry: program("run", section) } },
      entryUnresolved(section, section === "data/words" ? "not_code" : "missing"),
      { entry: section },
      why,
    );
  const kinds = {
    data: 2,
    assets: 3,
    signature: 4,
    assembly: 5,
    reserved: 6,
    "low-byte": 257,
    vendor: 0x8001,
    highest: 65_535,
  };
  return [
    parent.draft,
    signed.draft,
    names("missing", "absent", "The entry section does not exist."),
    names("prefix", "mai", "The first letters of a section's id are no section."),
    names("longer", "main-22", "An id that begins with that of a section is no section."),
    names("folder", "data", "The first segment of a section's id is no section."),
    names("other-section", "data/words", "The entry section holds data."),
    ...Object.entries(kinds).map(([name, kind]) =>
      fault(
        `kind-${name}`,
        { entries: { main: { kind } } },
        entryUnresolved("main", "not_code"),
        { section: "main", kind },
        `The entry section is of kind ${kind}.`,
      ),
    ),
    fault(
      "for-another-terminal",
      { entries: { main: { profile_constraints: { terminals: ["browser"] } } } },
      entryUnresolved("main", "not_selected"),
      { section: "main", constraint: "terminals" },
      "The entry section is for another terminal.",
    ),
    fault(
      "needs-a-capability",
      { entries: { main: { profile_constraints: { capabilities: ["fs.read"] } } } },
      entryUnresolved("main", "not_selected"),
      { section: "main", constraint: "capabilities" },
      "The entry section needs a capability that the profile does not claim.",
    ),
    fault(
      "optional-and-too-long",
      { entries: { main: { visibility: 1 } } },
      entryUnresolved("main", "not_selected"),
      { section: "main", visibility: 1 },
      "The entry section is optional and does not fit the profile.",
      {
        inputs: { profile: { terminal: "server", capabilities: [], features: [], max_total_bytes: 28 } },
      },
    ),
    fault(
      "not-code-and-not-selected",
      { entries: { main: { kind: 2, profile_constraints: { terminals: ["browser"] } } } },
      entryUnresolved("main", "not_code"),
      { section: "main", kind: 2, constraint: "terminals" },
      "The entry section is neither code nor selected; the first reason is told.",
    ),
    fault(
      "not-code-and-too-long",
      { entries: { main: { kind: 3, visibility: 1 } } },
      entryUnresolved("main", "not_code"),
      { section: "main", kind: 3, visibility: 1 },
      "The entry section holds optional assets that do not fit the profile; that it is no code is told.",
      {
        inputs: { profile: { terminal: "server", capabilities: [], features: [], max_total_bytes: 28 } },
      },
    ),
    fault(
      "signed-missing",
      { members: { entry: program("run", "absent") } },
      entryUnresolved("absent", "missing"),
      { entry: "absent" },
      "The entry section of an artifact that was signed so does not exist.",
      { of: signed },
    ),
    fault(
      "signed-not-code",
      { entries: { main: { kind: 3 } } },
      entryUnresolved("main", "not_code"),
      { section: "main", kind: 3 },
      "The entry section of an artifact that was signed so holds assets.",
      { of: signed },
    ),
    survived(parent, {
      id: "resolve/entry/other-program",
      clauses,
      fault: { members: { entry: program("run", "main-2") } },
      mutator: "set-member",
      arguments: { entry: "main-2" },
      why: "Of two code sections the entry is the one that the manifest names.",
    }),
    survived(parent, {
      id: "resolve/entry/symbol-not-looked-up",
      clauses,
      fault: { members: { entry: program("no such function") } },
      mutator: "set-member",
      arguments: { symbol: "no such function" },
      why: "Whether the program exports the symbol is not asked while it is loaded.",
    }),
  ];
}

function dependencies(): Draft[] {
  const log = { name: "example/log", version_range: "^1.2.0" };
  const store = { name: "example/store", version_range: ">=2.0.0 <3.0.0" };
  const offers = [
    { name: "example/other", version: "1.2.0" },
    { name: "example/log", version: "2.0.0" },
    { name: "example/log", version: "1.2.5" },
    { name: "example/store", version: "2.9.9" },
  ];
  const parent = loads({
    id: "resolve/dependencies/accepted",
    plan: { name: "vectors/resolve-dependencies", sections: [main], manifest: { dependencies: [log, store] } },
    inputs: { offers },
    clauses: ["loader.resolve.dependencies", "manifest.dependencies", "manifest.version-range"],
    why: "The host offers a version in range of every dependency.",
  });
  const clauses = ["loader.resolve.dependencies", "manifest.dependencies"];
  const effect = "A program starts without what it needs, and fails at its first use.";
  const offering = (
    id: string,
    given: readonly { readonly name: string; readonly version: string }[],
    of: typeof log,
    available: readonly string[],
    why: string,
  ): Draft =>
    refused(parent, {
      id: `resolve/dependencies/${id}`,
      clauses,
      fault: {},
      repair: "raw",
      mutator: "set-offers",
      arguments: { offers: given },
      inputs: () => ({ offers: [...given] }),
      refusal: () => dependencyUnresolved(of.name, of.version_range, available),
      why,
      effect,
    });
  const enough = (
    id: string,
    given: readonly { readonly name: string; readonly version: string }[],
    why: string,
  ): Draft => ({
    ...survived(parent, {
      id: `resolve/dependencies/${id}`,
      clauses,
      fault: {},
      repair: "raw",
      mutator: "set-offers",
      arguments: { offers: given },
      inputs: () => ({ offers: [...given] }),
      why,
    }),
  });
  const prerelease = (id: string, range: string, version: string, why: string) => ({
    id: `resolve/dependencies/prerelease-${id}`,
    clauses: [...clauses, "manifest.version-range", "manifest.version-range.prerelease"],
    fault: { members: { dependencies: [{ ...log, version_range: range }] } },
    mutator: "set-member",
    arguments: { dependency: log.name, version_range: range, offered: version },
    inputs: () => ({ offers: [{ name: log.name, version }] }),
    why,
  });
  const below = (id: string, range: string, version: string, why: string): Draft =>
    refused(parent, {
      ...prerelease(id, range, version, why),
      refusal: () => dependencyUnresolved(log.name, range, [version]),
      effect,
    });
  const above = (id: string, range: string, version: string, why: string): Draft =>
    survived(parent, prerelease(id, range, version, why));
  const offer = (name: string, ...versions: string[]) => versions.map((version) => ({ name, version }));
  return [
    parent.draft,
    offering("nothing-offered", [], log, [], "Nothing is offered."),
    offering(
      "others-offered",
      offer("example/other", "1.2.0"),
      log,
      [],
      "Only something else is offered; it is not listed as available.",
    ),
    offering(
      "one-below",
      [...offer("example/log", "1.1.9"), ...offer("example/store", "2.0.0")],
      log,
      ["1.1.9"],
      "The only version is below the range.",
    ),
    offering(
      "no-versions",
      [...offer("example/log", "", "1.2", "v1.2.3", "1.2.3 ", "latest", "1.2.x"), ...offer("example/store", "2.0.0")],
      log,
      ["", "1.2", "v1.2.3", "1.2.3 ", "latest", "1.2.x"],
      "What is no version is in no range, and is listed as it was offered.",
    ),
    enough(
      "no-versions-beside-one",
      [...offer("example/log", "latest", "1.2.0"), ...offer("example/store", "2", "2.0.0")],
      "An offer that is no version does not keep another one from being found.",
    ),
    offering(
      "next-major",
      [...offer("example/log", "2.0.0"), ...offer("example/store", "2.0.0")],
      log,
      ["2.0.0"],
      "The only version is of the next major.",
    ),
    offering(
      "policy-order",
      [...offer("example/log", "2.0.0", "0.9.0", "3.1.0", "1.0.0"), ...offer("example/store", "2.0.0")],
      log,
      ["2.0.0", "0.9.0", "3.1.0", "1.0.0"],
      "What is available is listed in the order of the host's policy and not sorted.",
    ),
    offering("second", offer("example/log", "1.2.0"), store, [], "The first dependency is met and the second is not."),
    offering(
      "second-out-of-range",
      [...offer("example/store", "3.0.0", "1.9.9"), ...offer("example/log", "1.2.0")],
      store,
      ["3.0.0", "1.9.9"],
      "The second dependency is out of range; offers of the first are not listed.",
    ),
    offering(
      "first-of-two",
      offer("example/other", "1.0.0"),
      log,
      [],
      "Of two unmet dependencies the first in manifest order is told.",
    ),
    offering(
      "prerelease",
      [...offer("example/log", "1.3.0-rc.1"), ...offer("example/store", "2.0.0")],
      log,
      ["1.3.0-rc.1"],
      "A prerelease that no comparator names is in no range.",
    ),
    offering(
      "name-prefix",
      [...offer("example/log-2", "1.2.0"), ...offer("example", "1.2.0"), ...offer("example/store", "2.0.0")],
      log,
      [],
      "Names are compared as a whole.",
    ),
    enough(
      "lowest",
      [...offer("example/log", "1.2.0"), ...offer("example/store", "2.0.0")],
      "Versions at the lower bounds are in range.",
    ),
    enough(
      "one-of-many",
      [...offer("example/log", "0.1.0", "2.0.0", "1.99.0"), ...offer("example/store", "3.0.0", "2.5.0")],
      "It is enough that one of the offered versions is in range.",
    ),
    enough(
      "offer-order",
      [...offer("example/store", "2.0.0"), ...offer("example/log", "1.2.0")],
      "Offers need not come in the order of the dependencies.",
    ),
    enough(
      "build-metadata",
      [...offer("example/log", "1.2.0+build.5"), ...offer("example/store", "2.0.0+x")],
      "Build metadata does not count.",
    ),
    refused(parent, {
      id: "resolve/dependencies/range-narrowed",
      clauses: [...clauses, "manifest.version-range"],
      fault: { members: { dependencies: [{ ...log, version_range: "=1.2.4" }, store] } },
      mutator: "set-member",
      arguments: { dependency: log.name, version_range: "=1.2.4" },
      refusal: () => dependencyUnresolved(log.name, "=1.2.4", ["2.0.0", "1.2.5"]),
      why: "The range was narrowed to a version that is not offered.",
      effect,
    }),
    below(
      "digits-then-letters",
      ">=1.0.0-9x",
      "1.0.0-10x",
      "Identifiers that begin with digits and have a letter compare as text.",
    ),
    below(
      "letters-then-digits",
      ">=1.0.0-x9",
      "1.0.0-x10",
      "Identifiers that end with digits and have a letter compare as text.",
    ),
    below(
      "number-below-text",
      ">=1.0.0-9x",
      "1.0.0-10",
      "A number is below an identifier that is none, whatever its value.",
    ),
    above("text-above-number", ">=1.0.0-200", "1.0.0-1x", "An identifier that is no number is above every number."),
    above("numbers-by-value", ">=1.0.0-9", "1.0.0-10", "Numbers compare by their value."),
    refused(parent, {
      id: "resolve/dependencies/entry-before",
      clauses: ["loader.checks.order", "loader.resolve.entry"],
      fault: { members: { entry: program("run", "absent") } },
      mutator: "set-member",
      arguments: { entry: "absent", offers: [] },
      inputs: () => ({ offers: [] }),
      refusal: () => entryUnresolved("absent", "missing"),
      why: "Neither entry nor dependencies can be resolved; the entry is told.",
      effect: "What a publisher is told depends on the host.",
    }),
  ];
}

/** An assembly that was not selected is told, and no fault. */
function assembly(): Draft[] {
  const components = textSection("assembly", "left out here", {
    kind: 5,
    visibility: 1,
    constraints: { terminals: ["browser"] },
  });
  const parent = loads({
    id: "resolve/assembly/not-selected",
    plan: {
      name: "vectors/resolve-assembly",
      entry: "main",
      sections: [components, main],
      manifest: { assembly: "assembly" },
    },
    clauses: ["loader.resolve.assembly", "loader.events"],
    result: { selected: ["main"], skipped: [{ section: "assembly", reason: "terminal" }] },
    effects: {
      published: ["load.load_started", "load.section_skipped", "load.assembly_unselected", "load.load_completed"],
    },
    why: "An assembly section for another terminal is skipped: this is told, and the load goes on.",
  });
  return [
    parent.draft,
    survived(parent, {
      id: "resolve/assembly/too-long",
      clauses: ["loader.resolve.assembly", "selection.optional-unfit"],
      fault: { entries: { assembly: { profile_constraints: {} } } },
      mutator: "set-entry",
      arguments: { section: "assembly", max_section_bytes: 9 },
      inputs: () => ({ profile: { terminal: "server", capabilities: [], features: [], max_section_bytes: 9 } }),
      result: { skipped: [{ section: "assembly", reason: "max_section_bytes" }] },
      effects: () => ({ published: ["load.section_skipped", "load.assembly_unselected", "load.load_completed"] }),
      why: "An optional assembly section that does not fit is skipped: this is told, and the load goes on.",
    }),
  ];
}

/** What annotations say is for people and tools. @spec manifest.annotations */
function annotations(): Draft[] {
  const parent = loads({
    id: "resolve/annotations/accepted",
    plan: {
      name: "vectors/resolve-annotations",
      sections: [main],
      manifest: {
        annotations: { assembly: "absent", deprecation_notice: "old", entry: "absent", schema_version: "2.0" },
      },
    },
    clauses: ["manifest.annotations"],
    why: "Annotations that are called like members of the manifest are annotations all the same.",
  });
  return [
    parent.draft,
    survived(parent, {
      id: "resolve/annotations/others",
      clauses: ["manifest.annotations"],
      fault: { members: { annotations: { "": "", dependencies: "example/log", "fayger/enforce_signature": "true" } } },
      mutator: "set-member",
      arguments: { member: "annotations" },
      why: "Other annotations change nothing.",
    }),
    refused(parent, {
      id: "resolve/annotations/trust",
      clauses: ["manifest.annotations", "signatures.decision"],
      fault: { members: { annotations: { enforce_signature: "false", trust_level: "verified" } } },
      mutator: "set-member",
      arguments: { member: "annotations", enforce_signature: true },
      inputs: () => ({ enforce_signature: true }),
      refusal: () => signatureFail("MissingSignature"),
      why: "An artifact cannot say of itself that it is to be trusted.",
      effect: "An attacker turns a host's checks off from inside the artifact.",
    }),
  ];
}

/** What a load tells beside its result. */
function notices(): Draft[] {
  const deprecated = (id: string, notice: string, why: string): Draft =>
    loads({
      id: `resolve/notices/${id}`,
      plan: { name: `vectors/resolve-${id}`, sections: [main], manifest: { deprecation_notice: notice } },
      clauses: ["manifest.deprecation-notice"],
      effects: { published: ["load.load_started", "load.deprecated", "load.load_completed"] },
      why,
    }).draft;
  const phases = (id: string, strategy: "eager" | "lazy", verified: number): Draft =>
    loads({
      id: `resolve/notices/${id}`,
      plan: {
        name: `vectors/resolve-${id}`,
        entry: "main",
        sections: [textSection("data", "words", { kind: 2 }), main],
      },
      inputs: { strategy },
      clauses: ["loader.events", "loader.phases", "signatures.events"],
      effects: {
        published: [
          "load.load_started",
          ...new Array<string[]>(4).fill(["load.phase_started", "load.phase_completed"]).flat(),
          "load.phase_started",
          "security.signature_skipped",
          "load.phase_completed",
          ...new Array<string[]>(3).fill(["load.phase_started", "load.phase_completed"]).flat(),
          "load.phase_started",
          ...new Array<string>(verified).fill("load.section_verified"),
          "load.phase_completed",
          "load.phase_started",
          "load.phase_completed",
          "load.load_completed",
        ],
      },
      why: `A load tells its ten phases in their order${verified === 0 ? "" : ", and each body that it verified"}.`,
    }).draft;
  const quiet = loads({
    id: "resolve/notices/nothing-to-tell",
    plan: { name: "vectors/resolve-quiet", entry: "main", sections: [textSection("data", "words", { kind: 2 }), main] },
    inputs: { strategy: "lazy" },
    clauses: ["loader.events", "manifest.deprecation-notice", "loader.resolve.assembly"],
    effects: {
      published: ["load.load_started", "security.signature_skipped", "load.load_completed"],
      unpublished: [
        "load.deprecated",
        "load.assembly_unselected",
        "load.section_skipped",
        "load.section_verified",
        "load.phase_failed",
        "security.signature_verified",
      ],
    },
    why: "Where nothing is deprecated, left out, skipped, read or refused, no such thing is told.",
  });
  const signed = loads({
    id: "resolve/notices/signed",
    plan: { name: "vectors/resolve-told-signed", sections: [main], key: testKey("ed25519-publisher") },
    clauses: ["signatures.events"],
    effects: {
      published: ["security.signature_verified", "load.load_completed"],
      unpublished: ["security.signature_skipped"],
    },
    why: "Of a verified artifact it is told that its signature was verified, and not that it was skipped.",
  });
  const read = loads({
    id: "resolve/notices/lazy-access",
    plan: {
      name: "vectors/resolve-told-access",
      entry: "main",
      sections: [textSection("data", "words", { kind: 2 }), main],
    },
    inputs: { strategy: "lazy", access: ["data"] },
    clauses: ["loader.events"],
    effects: { published: ["load.load_completed", "load.section_verified"] },
    why: "A body that is read lazily is told as verified, after the load has ended.",
  });
  const failed = (id: string, fault: Fault, refusal: (made: Built) => Refusal, begun: number, why: string): Draft =>
    refused(quiet, {
      id: `resolve/notices/failed-${id}`,
      clauses: ["events.raised", "loader.events"],
      fault,
      mutator: "one-fault",
      arguments: { fault: id },
      inputs: () => ({ strategy: "eager" }),
      refusal,
      effects: () => ({
        published: [
          "load.load_started",
          ...new Array<string[]>(begun).fill(["load.phase_started", "load.phase_completed"]).flat(),
          "load.phase_started",
          "load.phase_failed",
        ],
        unpublished: ["load.load_completed"],
      }),
      why,
      effect: "Whoever watches a host takes a load for one that is still going on, or for one that succeeded.",
    });
  return [
    quiet.draft,
    signed.draft,
    read.draft,
    failed(
      "magic",
      { header: { magic: 0x42554601 } },
      ({ bytes }) => badMagic(bytes),
      0,
      "A load that ends in its first phase tells that phase as failed.",
    ),
    failed(
      "checksum",
      { trailer: { crc32: 1 } },
      crcMismatch,
      2,
      "A load that ends in its third phase tells two as completed and the third as failed.",
    ),
    failed(
      "entry",
      { members: { entry: program("run", "absent") } },
      () => entryUnresolved("absent", "missing"),
      7,
      "A load that ends in its eighth phase tells seven as completed and the eighth as failed.",
    ),
    failed(
      "body",
      { entries: { data: { digest: new Uint8Array(32) } } },
      (made) => bodyMismatch(made, "data"),
      8,
      "A load that ends in its ninth phase tells eight as completed and the ninth as failed.",
    ),
    deprecated("deprecated", "Use another one.", "A deprecated artifact loads, and its notice is told."),
    deprecated("deprecated-empty", "", "A notice without text is a notice."),
    phases("phases-eager", "eager", 2),
    phases("phases-lazy", "lazy", 0),
  ];
}
