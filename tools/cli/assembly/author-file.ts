import {
  applyEdits,
  type FayManifestReading,
  type PlacedFinding,
  readFayManifest,
  type TextEdit,
} from "../../../reference/assembly/index.js";
import { readInput } from "../files.js";
import { replaceFile } from "../replace-file.js";

/** The file of an author, and everything that is to be said of it. */
export interface AuthorFile extends FayManifestReading {
  /** As the user gave it. */
  readonly path: string;
  /** Findings that were mended in the file. */
  readonly fixed: number;
}

/** Times that a mended text is mended again, as one fix may show the place of the next. */
const MOST_ROUNDS = 10;

/**
 * Read the file of an author, in which comments are white space.
 *
 * @param fixes whether what is certain is mended in the file: replaced whole, or left as it was
 * @throws FaygerError `HOST_ERROR`
 * @spec faymanifest.comments, tools.assemble.fix
 */
export function readAuthorFile(path: string, fixes: boolean): AuthorFile {
  const bytes = readInput(path);
  let reading = readFayManifest(bytes, { comments: true });
  let fixed = 0;
  // What is no UTF-8 could not be written back as it was.
  const isWhole = Buffer.compare(Buffer.from(reading.text), bytes) === 0;
  for (let round = 0; fixes && isWhole && round < MOST_ROUNDS; round += 1) {
    const edits = editsOf([...reading.errors, ...reading.warnings]);
    const text = applyEdits(reading.text, edits);
    if (text === reading.text) break;
    fixed += edits.length;
    reading = readFayManifest(text, { comments: true });
  }
  if (fixed > 0) replaceFile(path, reading.text, { expected: bytes });
  return { path, ...reading, fixed };
}

function editsOf(findings: readonly PlacedFinding[]): TextEdit[] {
  return findings.flatMap(({ fix }) => fix ?? []);
}
