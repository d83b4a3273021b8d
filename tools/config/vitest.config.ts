import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: fileURLToPath(new URL("../..", import.meta.url)),
    include: ["{codegen,generated,reference,tools,conformance-vectors}/**/*.test.ts"],
    setupFiles: ["property-seed.ts", "stack-traces.ts"].map((name) => fileURLToPath(new URL(name, import.meta.url))),
    pool: "forks",
    // Files of one worker share their modules: what they test keeps no state of its own, and importing everything anew for
    // each of them takes longer than the tests.
    isolate: false,
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    passWithNoTests: false,
  },
});
