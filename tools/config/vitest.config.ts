import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const every = "{codegen,generated,reference,tools,conformance-vectors}/**/*.test.ts";

/** What these look at belongs to the whole process: open sockets and timers, memory, signals, variables. */
const ofTheProcess = [
  "reference/adapter/platforms/**/*.test.ts",
  "reference/loader/sources/**/*.test.ts",
  "reference/loader/section-body.test.ts",
  "reference/runtime/many-instances.test.ts",
  "reference/codec/tlv.test.ts",
  "tools/spec/statements.test.ts",
];

export default defineConfig({
  test: {
    root: fileURLToPath(new URL("../..", import.meta.url)),
    setupFiles: ["property-seed.ts", "stack-traces.ts"].map((name) => fileURLToPath(new URL(name, import.meta.url))),
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    passWithNoTests: false,
    projects: [
      // Files of one worker share their modules: what they test keeps no state of its own, and importing everything anew
      // for each of them takes longer than the tests.
      { extends: true, test: { name: "shared", include: [every], exclude: ofTheProcess, isolate: false } },
      { extends: true, test: { name: "own", include: ofTheProcess, isolate: true } },
    ],
  },
});
