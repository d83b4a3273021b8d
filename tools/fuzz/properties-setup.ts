import { default as fc } from "fast-check";

// Read by every property that states no seed or number of its own.
fc.configureGlobal({
  ...fc.readConfigureGlobal(),
  seed: Number(process.env["FAYGER_FUZZ_SEED"]),
  numRuns: Number(process.env["FAYGER_FUZZ_RUNS"]),
});
