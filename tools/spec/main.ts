#!/usr/bin/env node
import { fileURLToPath } from "node:url";
import { runSpecTool } from "./run.js";

process.exitCode = await runSpecTool(process.argv.slice(2), {
  root: fileURLToPath(new URL("../..", import.meta.url)),
  environment: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
});
