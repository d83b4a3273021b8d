/** One file of an archive. */
export interface TarFile {
  /** Path within the archive, joined by `/`, ASCII, at most 100 bytes. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

const BLOCK = 512;

/**
 * An archive in the form of POSIX ustar. Equal files give equal bytes: no time, no owner, one mode.
 *
 * @throws TypeError where a path is longer than 100 bytes or not ASCII
 */
export function tarOf(files: readonly TarFile[]): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (const { path, bytes } of files)
    blocks.push(headOf(path, bytes.length), bytes, new Uint8Array(padding(bytes.length)));
  // Two blocks of zeros end an archive.
  blocks.push(new Uint8Array(2 * BLOCK));
  return new Uint8Array(Buffer.concat(blocks));
}

/** The files of an archive that {@link tarOf} made. @throws TypeError where it is none */
export function filesOfTar(archive: Uint8Array): TarFile[] {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.length);
  const files: TarFile[] = [];
  for (let at = 0; ; ) {
    if (at + BLOCK > bytes.length) throw new TypeError("the archive ends inside a head");
    const head = bytes.subarray(at, at + BLOCK);
    if (head.every((byte) => byte === 0)) return files;
    const path = textOf(head, 0, 100);
    const length = Number.parseInt(textOf(head, 124, 12), 8);
    const start = at + BLOCK;
    if (!headOf(path, length).every((byte, offset) => byte === head[offset])) {
      throw new TypeError(`${path === "" ? "the archive" : path}: not a head of this archive's form`);
    }
    if (start + length > bytes.length) throw new TypeError(`${path}: the archive ends inside the file`);
    files.push({ path, bytes: new Uint8Array(bytes.subarray(start, start + length)) });
    at = start + length + padding(length);
  }
}

function headOf(path: string, length: number): Uint8Array {
  const name = Buffer.from(path, "ascii");
  if (name.length > 100 || name.toString("ascii") !== path) throw new TypeError(`${path}: no path for an archive`);
  const head = Buffer.alloc(BLOCK);
  name.copy(head, 0);
  head.write("0000644\0", 100, "ascii"); // mode
  head.write("0000000\0", 108, "ascii"); // owner
  head.write("0000000\0", 116, "ascii"); // group
  head.write(`${length.toString(8).padStart(11, "0")}\0`, 124, "ascii");
  head.write("00000000000\0", 136, "ascii"); // time
  head.write("        ", 148, "ascii"); // counted as spaces in the sum
  head.write("0", 156, "ascii"); // a file
  head.write("ustar\0", 257, "ascii");
  head.write("00", 263, "ascii");
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "ascii");
  return head;
}

function padding(length: number): number {
  return (BLOCK - (length % BLOCK)) % BLOCK;
}

function textOf(head: Buffer, offset: number, length: number): string {
  const field = head.subarray(offset, offset + length);
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? length : end).toString("ascii");
}
