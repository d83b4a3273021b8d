#!/usr/bin/env node
import { runVectors } from "./command.js";
import { ROOT } from "./corpus/specification.js";
import { FAMILIES } from "./families/index.js";
import { otherFiles } from "./others.js";

process.exitCode = runVectors(process.argv.slice(2), {
  families: FAMILIES,
  others: otherFiles(),
  folder: `${ROOT}conformance-vectors`,
  print: (line) => void process.stdout.write(`${line}\n`),
  complain: (line) => void process.stderr.write(`${line}\n`),
});
