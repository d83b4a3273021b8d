import { fileURLToPath } from "node:url";
import { test } from "vitest";
import { findPython } from "../testing/find-python.js";
import { answersWholeCorpus } from "../testing/whole-run.js";

/** It runs no programs, and reaches the step of the ladder before them. */
const OF_PROGRAMS = ["validate_code", "run"];

// @spec conformance.claim, conformance.ladder, conformance.refusal, conformance.value
test("the second implementation, in Python, answers the whole corpus case for case", {
  timeout: 400_000,
}, async (context) => {
  const python = findPython();
  if (python === undefined) {
    const note = "no Python 3.9 or later on this host: its answers to the corpus are not asked";
    process.stderr.write(`${note}\n`);
    return context.skip(note);
  }
  await answersWholeCorpus(
    `${python} '${fileURLToPath(new URL("fayger_check", import.meta.url))}' session`,
    OF_PROGRAMS,
  );
});
