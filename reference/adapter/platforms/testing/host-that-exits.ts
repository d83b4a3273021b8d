/** A host of its own: starts a process that starts another, prints both numbers, and exits. Run by a test. */

import { lineOf, startShell } from "./processes.js";
import { openTestProgram } from "./program.js";

const guest = openTestProgram({ policy: { programs: [{ name: "sh", path: "/bin/sh" }] } });
const handle = await startShell(guest, 'sleep 1000 >/dev/null 2>&1 & echo "$$ $!"; wait');
process.stdout.write(await lineOf(guest, handle));
process.exit(3);
