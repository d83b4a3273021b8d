import type { Fault } from "../../building/artifact.js";
import type { Value } from "../../building/cbor.js";
import type { Draft } from "../../corpus/family.js";
import { loads, refused, textSection } from "../artifact-drafts.js";
import { schemaVersion, structure } from "../artifact-refusals.js";

/** The assembly section: there, and of its kind. */
export function assembly(): Draft[] {
  const sections = [
    textSection("assembly", "left out here", { kind: 5, constraints: { terminals: ["browser"] } }),
    textSection("main", "a program"),
  ];
  const assemblyPlan = { name: "vectors/assembly", entry: "main", sections, manifest: { assembly: "assembly" } };
  const parent = loads({
    id: "artifact-structure/assembly/accepted",
    plan: assemblyPlan,
    clauses: ["manifest.assembly", "loader.resolve.assembly", "selection.not-applicable"],
    result: { selected: ["main"], skipped: [{ section: "assembly", reason: "terminal" }] },
    effects: { published: ["load.section_skipped", "load.assembly_unselected", "load.load_completed"] },
    why: "The assembly section exists and is of its kind; it is not selected, which is told and no fault.",
  });
  const clauses = ["manifest.assembly", "loader.verify-structure.reasons"];
  const effect = "A host looks for the components of an assembly in a section that holds something else.";
  const fault = (name: string, statement: Fault, section: string, settings: object, why: string): Draft =>
    refused(parent, {
      id: `artifact-structure/assembly/${name}`,
      clauses,
      fault: statement,
      mutator: "members" in statement ? "set-member" : "set-entry",
      arguments: { ...settings },
      refusal: (made) => structure("assembly", made.inManifest("$.assembly"), section),
      why,
      effect,
    });
  const isForeign = (id: string, assemblyValue: Value, why: string): Draft =>
    refused(parent, {
      id: `artifact-structure/assembly/other-major-${id}`,
      clauses: ["loader.verify-structure.reasons", "encoding.growth.major", "versions.negotiation.schema"],
      fault: { members: { schema_version: [2, 0], assembly: assemblyValue } },
      mutator: "set-member",
      arguments: { schema_version: [2, 0], assembly: id },
      refusal: () => schemaVersion("2.0"),
      why,
      effect: "A publisher of a later version is told that the artifact is damaged, when the host is only too old.",
    });
  return [
    parent.draft,
    isForeign("missing", "absent", "Of another major the assembly is not judged, so that the version decides."),
    isForeign("code", "main", "Of another major an assembly may be a section that is code here."),
    isForeign("no-text", 5, "Of another major an assembly that is no text is not judged either."),
    fault(
      "missing",
      { members: { assembly: "absent" } },
      "absent",
      { assembly: "absent" },
      "The assembly section does not exist.",
    ),
    fault(
      "prefix",
      { members: { assembly: "assembl" } },
      "assembl",
      { assembly: "assembl" },
      "The assembly section is looked up by its whole name.",
    ),
    fault(
      "code",
      { members: { assembly: "main" } },
      "main",
      { assembly: "main" },
      "The assembly section is of kind code.",
    ),
    fault(
      "other-kind",
      { entries: { assembly: { kind: 4 } } },
      "assembly",
      { section: "assembly", kind: 4 },
      "The assembly section is of kind signature.",
    ),
    fault(
      "reserved-kind",
      { entries: { assembly: { kind: 6 } } },
      "assembly",
      { section: "assembly", kind: 6 },
      "The assembly section is of a kind that later versions may define.",
    ),
    fault(
      "vendor-kind",
      { entries: { assembly: { kind: 0x8005 } } },
      "assembly",
      { section: "assembly", kind: 0x8005 },
      "The assembly section is of a vendor's kind whose low byte is 5.",
    ),
  ];
}
