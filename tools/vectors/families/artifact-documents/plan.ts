import { textSection } from "../artifact-drafts.js";

/** The artifact whose documents are broken: a little of everything. */
export const plan = {
  name: "vectors/documents",
  entry: "main",
  sections: [
    // The profile of the loads meets these constraints.
    textSection("data/words", "some words", {
      kind: 2,
      constraints: { terminals: ["embedded", "server"], min_memory_bytes: 1 },
    }),
    textSection("main", "a program"),
    textSection("site", "an icon", { kind: 3 }),
  ],
  manifest: {
    required_capabilities: ["fs.read", "time.clock"],
    optional_capabilities: ["net.http"],
    annotations: { author: "nobody", title: "Documents" },
  },
};
