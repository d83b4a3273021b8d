import { nodeSha256 } from "../security/backends/node.js";
import { createBench } from "./testing/exhaustive.js";
import { refusesEveryDamage } from "./testing/exhaustive-suite.js";
import { TRUSTING_POLICY } from "./testing/recorded-services.js";

// Damage with repaired checks: exhaustive-repaired.test.ts.
// @spec format.trailer.total-length
refusesEveryDamage("without a signature", () => createBench(nodeSha256, { policy: TRUSTING_POLICY, enforce: false }), {
  insertions: false,
});
