import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: fileURLToPath(new URL("../..", import.meta.url)),
    include: ["{codegen,generated,reference,tools,conformance-vectors}/**/*.test.ts"],
    setupFiles: [fileURLToPath(new URL("property-seed.ts", import.meta.url))],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    passWithNoTests: false,
  },
});
