import type { Draft } from "../../corpus/family.js";
import { type LoadParent, loads, refused, textSection } from "../artifact-drafts.js";
import { entryUnresolved, structure } from "../artifact-refusals.js";

/** Sections without a byte, and artifacts without a section. */
export function empty(unsigned: LoadParent): Draft[] {
  const sections = [
    textSection("a-empty", "", { kind: 2 }),
    textSection("main", "a program"),
    textSection("z-empty", "", { kind: 2 }),
    textSection("zz-empty", "", { kind: 2 }),
  ];
  const parent = loads({
    id: "artifact-structure/empty/sections",
    plan: { name: "vectors/empty-sections", entry: "main", sections },
    clauses: ["format.section-empty", "format.section-offset"],
    inputs: { access: ["a-empty", "zz-empty"] },
    why: "Sections of length 0 at the begin, at the end and one behind the other are sections like any other.",
  });
  const bodies = [sha(parent, "a-empty"), sha(parent, "zz-empty")];
  return [
    { ...parent.draft, expect: { ...parent.draft.expect, result: { ...parent.draft.expect.result, bodies } } },
    loads({
      id: "artifact-structure/empty/entry",
      plan: { name: "vectors/empty-entry", sections: [textSection("main", "")] },
      clauses: ["format.section-empty"],
      why: "A program without a byte is loaded; that it is no program is for others to say.",
    }).draft,
    refused(parent, {
      id: "artifact-structure/empty/offset",
      clauses: ["format.section-offset", "loader.verify-structure.reasons"],
      fault: { entries: { "zz-empty": { offset: 0 } } },
      mutator: "set-entry",
      arguments: { section: "zz-empty", offset: 0 },
      refusal: (made) => structure("section_offset", made.inIndex("$[3][2]"), "zz-empty"),
      why: "The offset of a section without bytes has to be right as well.",
      effect: "One content has several strings of bytes, and signatures no longer say what was signed.",
    }),
    refused(unsigned, {
      id: "artifact-structure/empty/no-sections",
      clauses: ["format.section-empty", "loader.resolve.entry"],
      fault: { sections: [] },
      mutator: "remove-sections",
      refusal: () => entryUnresolved("main", "missing"),
      why: "An artifact without sections is well-formed; what it lacks is the entry.",
      effect: "A format of its own for artifacts that are only metadata.",
    }),
  ];
}

function sha({ built }: LoadParent, id: string): string {
  const section = built.sections.find((each) => each.id === id);
  return Buffer.from(section?.digest ?? new Uint8Array()).toString("hex");
}
