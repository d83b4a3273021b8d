// The guest of the example `file-report`, in AssemblyScript. It reads every text in /in, counts what each holds, quotes
// one line by chance, and writes a dated report to /out/report.txt. Everything it can reach, it reaches through the
// generated bindings: the imports of the compiled program are those of guest ABI 1 and no others.

import {
  bytesOf,
  exit,
  HostError,
  ioClose,
  ioDirectoryList,
  ioFileOpenRead,
  ioFileOpenWrite,
  ioFileRead,
  ioFileWrite,
  ioStderrWrite,
  ioStdoutWrite,
  randomRandomBytes,
  sectionRead,
  textOf,
  timeClockMonotonic,
  timeClockWall,
} from "../../../../generated/guest/assemblyscript/fayger";

/** Bytes asked for at one time. */
const CHUNK: u32 = 65536;

/** What a text holds. */
class Counts {
  bytes: i32 = 0;
  lines: i32 = 0;
  words: i32 = 0;
}

/** The entry symbol of the manifest. */
export function run(): void {
  const begun = timeClockMonotonic().ns;
  const listing = ioDirectoryList("/in");
  if (!listing.ok) fail("cannot list /in", listing.hostError);

  let report = titleSection() + "\n" + date(timeClockWall().unixNs) + "\n\n";
  let texts = 0;
  for (let i = 0; i < listing.names.length; i++) {
    const name = listing.names[i].toText();
    const text = readText("/in/" + name);
    const counts = count(text);
    report += name + ": " + counts.lines.toString() + " lines, " + counts.words.toString() + " words, " + counts.bytes.toString() + " bytes\n";
    const quoted = lineByChance(text);
    if (quoted.length > 0) report += "  > " + quoted + "\n";
    texts++;
  }
  writeText("/out/report.txt", report);

  const microseconds = (timeClockMonotonic().ns - begun) / 1000;
  ioStdoutWrite(bytesOf("reported on " + texts.toString() + (texts == 1 ? " text in " : " texts in ") + microseconds.toString() + " us\n"));
}

/** The first line of the section `data/title`, which travels inside the artifact. */
function titleSection(): string {
  const body = sectionRead("data/title", 0, 4096);
  return body === null ? "Report" : textOf(body).trim();
}

function readText(path: string): Uint8Array {
  const opened = ioFileOpenRead(path);
  if (!opened.ok) fail("cannot open " + path, opened.hostError);
  let whole = new Uint8Array(0);
  while (true) {
    const chunk = ioFileRead(opened.file, CHUNK);
    if (!chunk.ok) fail("cannot read " + path, chunk.hostError);
    if (chunk.data.length == 0) break;
    const longer = new Uint8Array(whole.length + chunk.data.length);
    longer.set(whole);
    longer.set(chunk.data, whole.length);
    whole = longer;
  }
  ioClose(opened.file);
  return whole;
}

function writeText(path: string, text: string): void {
  const opened = ioFileOpenWrite(path, 2);
  if (!opened.ok) fail("cannot create " + path, opened.hostError);
  const written = ioFileWrite(opened.file, bytesOf(text));
  if (!written.ok) fail("cannot write " + path, written.hostError);
  ioClose(opened.file);
}

function count(text: Uint8Array): Counts {
  const counts = new Counts();
  counts.bytes = text.length;
  let inWord = false;
  for (let i = 0; i < text.length; i++) {
    const byte = text[i];
    if (byte == 0x0a) counts.lines++;
    const isSpace = byte == 0x20 || (byte >= 0x09 && byte <= 0x0d);
    if (!isSpace && !inWord) counts.words++;
    inWord = !isSpace;
  }
  return counts;
}

/** A line that is not empty, each as likely as every other. */
function lineByChance(text: Uint8Array): string {
  const lines = new Array<string>();
  const all = textOf(text).split("\n");
  for (let i = 0; i < all.length; i++) if (all[i].trim().length > 0) lines.push(all[i].trim());
  if (lines.length == 0) return "";
  const chance = randomRandomBytes(4);
  if (!chance.ok) fail("no random numbers", chance.hostError);
  const number = load<u32>(chance.data.dataStart);
  return lines[<i32>(number % <u32>lines.length)];
}

/** A time in Unix nanoseconds as `2026-11-21 05:30:00 UTC`. */
function date(unixNs: u64): string {
  const text = new Date(<i64>(unixNs / 1000000)).toISOString();
  return text.substring(0, 10) + " " + text.substring(11, 19) + " UTC";
}

/** Say what went wrong and end with an exit code of its own. */
function fail(what: string, error: i32): void {
  const why = error == HostError.NotFound ? "not found" : error == HostError.AccessDenied ? "access denied" : "host error " + error.toString();
  ioStderrWrite(bytesOf("file-report: " + what + ": " + why + "\n"));
  exit(10);
}
