import type { Suite } from "../race.js";
import { codecSuite } from "./codec.js";

/** Every suite, in the order of the report. */
export const SUITES: readonly Suite[] = [codecSuite];
