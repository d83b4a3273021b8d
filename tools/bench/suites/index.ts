import type { Suite } from "../race.js";
import { assemblySuite } from "./assembly.js";
import { busSuite } from "./bus.js";
import { codecSuite } from "./codec.js";
import { digestSuite } from "./digest.js";
import { lifecycleSuite } from "./lifecycle.js";
import { loaderSuite } from "./loader.js";
import { responsivenessSuite } from "./responsiveness.js";
import { runtimeSuite } from "./runtime.js";
import { signaturesSuite } from "./signatures.js";
import { wasiSuite } from "./wasi.js";

/** Every suite, in the order of the report. */
export const SUITES: readonly Suite[] = [
  codecSuite,
  loaderSuite,
  digestSuite,
  signaturesSuite,
  busSuite,
  wasiSuite,
  lifecycleSuite,
  runtimeSuite,
  responsivenessSuite,
  assemblySuite,
];
