/** A host of its own: prints what descriptors a process has that a program starts. Run by a test. */
import * as proc from "../../../../generated/instructions/proc.js";
import { outputOf, texts } from "./processes.js";
import { openTestProgram } from "./program.js";

const guest = openTestProgram({ policy: { programs: [{ name: "sh", path: "/bin/sh" }] } });
const script = "readlink /proc/$$/fd/*";
const started = await guest.waited(proc.procProcessStart("sh", texts("-c", script), [], undefined));
process.stdout.write(await outputOf(guest, proc.readProcProcessStartResults(started).process));
guest.channel.close();
