import { fileURLToPath } from "node:url";
import { mergeConfig } from "vitest/config";
import shared from "./vitest.config.js";

// The repository's own tests, with a seed and a number of cases from outside; more cases need more time.
export default mergeConfig(shared, {
  test: {
    setupFiles: [fileURLToPath(new URL("../fuzz/properties-setup.ts", import.meta.url))],
    testTimeout: 600_000,
  },
});
