import type { Group } from "./group.js";

/** Requirements of certification: they bind whoever runs the tests, and vectors are what is run. */
export const certificationExcuses: readonly Group[] = [
  {
    reason: "It speaks of who judges by the corpus and certifies, and no answer to a vector shows it.",
    clauses: [
      "ifacts.tests.vacuous",
      "ifacts.levels",
      "ifacts.levels.skip",
      "ifacts.levels.shown",
      "ifacts.levels.report",
      "ifacts.certificate",
      "ifacts.certificate.signed",
      "ifacts.certificate.name",
      "ifacts.certificate.content",
      "ifacts.certificate.valid",
      "ifacts.certificate.refused",
    ],
    tests: [
      "tools/conformance/ifacts/certificate.test.ts",
      "tools/conformance/ifacts/run-levels.test.ts",
      "tools/conformance/release/certificate-artifact.test.ts",
    ],
  },
];
