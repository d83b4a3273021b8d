import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { isAbsolute, join } from "node:path";
import { FaygerError, hostError } from "../../reference/errors/index.js";
import { UsageError } from "./command.js";
import { interruptible } from "./interrupt.js";
import { nativeErrorText } from "./output/native-errors.js";

/** Wrap what the file system threw, with the path the user gave. */
export function fileTrouble(error: unknown, action: string, path: string): FaygerError<"HOST_ERROR"> {
  const { context } = hostError(error, action);
  const words = nativeErrorText(context.native_code ?? context.name);
  return new FaygerError("HOST_ERROR", `cannot ${action} ${path}: ${words}`, context);
}

/** Bytes that are taken at most from a pipe, standard input or a device, none of which says beforehand what it gives. */
export const STREAM_BYTES = 268_435_456;

/** A whole file, without a second copy of it; a pipe, as shells make it of `<(...)`, too. */
function wholeFile(path: string): Uint8Array {
  const found = statSync(path);
  // Nobody may ever open a pipe to write, or write to it.
  return found.isFile() || found.isDirectory() ? readWhole(path) : interruptible(() => readWhole(path));
}

function readWhole(path: string): Uint8Array {
  const descriptor = openSync(path, "r");
  try {
    const stats = fstatSync(descriptor);
    const bytes = stats.isFile() || stats.isDirectory() ? readFileSync(descriptor) : readStream(descriptor);
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } finally {
    closeSync(descriptor);
  }
}

/** Everything up to the end, which a device may not have: its bytes must not fill the memory until there is none. */
function readStream(descriptor: number): Buffer {
  const pieces: Buffer[] = [];
  for (let length = 0; length <= STREAM_BYTES; ) {
    const piece = Buffer.allocUnsafeSlow(65_536);
    const count = readSync(descriptor, piece);
    if (count === 0) return Buffer.concat(pieces, length);
    pieces.push(piece.subarray(0, count));
    length += count;
  }
  throw Object.assign(new Error("read: more than a stream may give"), { code: "EOVERFLOW" });
}

/** Read a whole file. @throws FaygerError `HOST_ERROR` */
export function readInput(path: string): Uint8Array {
  try {
    return wholeFile(path);
  } catch (error) {
    throw fileTrouble(error, "read", path);
  }
}

/** Make a folder and those above it. @throws FaygerError `HOST_ERROR` */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw fileTrouble(error, "create", path);
  }
}

/**
 * The trust store a command uses: `--store`, then FAYGER_TRUST_STORE, then the user's configuration folder.
 *
 * @throws UsageError where nothing says which that is
 */
export function trustStorePath(option: string | undefined): string {
  if (option !== undefined) return option;
  const named = process.env["FAYGER_TRUST_STORE"];
  return named !== undefined && named !== "" ? named : configurationPath("trust.cbor");
}

/**
 * What the trust store of a command holds; `undefined` where its user named none and there is none.
 *
 * @param option what `--store` says
 * @throws FaygerError `HOST_ERROR`
 * @spec tools.trust.named
 */
export function readTrustStoreFile(option: string | undefined): Uint8Array | undefined {
  const path = trustStorePath(option);
  return option === undefined ? readOptionalInput(path) : readInput(path);
}

/**
 * Where permissions are kept that a person gave: FAYGER_PERMISSIONS, then the user's configuration folder.
 *
 * @throws UsageError where nothing says which that is
 */
export function permissionsPath(): string {
  const named = process.env["FAYGER_PERMISSIONS"];
  return named !== undefined && named !== "" ? named : configurationPath("permissions.json");
}

function configurationPath(name: string): string {
  const configuration = process.env["XDG_CONFIG_HOME"] ?? "";
  // A path that is not absolute would lead to whatever the current folder holds, which may be anybody's.
  return join(isAbsolute(configuration) ? configuration : join(homeFolder(), ".config"), "fayger", name);
}

/** @throws UsageError where nothing says which it is */
function homeFolder(): string {
  for (const folder of [homedir, () => userInfo().homedir]) {
    try {
      const path = folder();
      if (isAbsolute(path)) return path;
    } catch {
      // A user whom the system does not know has none.
    }
  }
  throw new UsageError("nothing says where your configuration is: set HOME, or XDG_CONFIG_HOME, to an absolute path");
}

/** Read a file that may be absent. @throws FaygerError `HOST_ERROR` for every other trouble */
export function readOptionalInput(path: string): Uint8Array | undefined {
  try {
    return wholeFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw fileTrouble(error, "read", path);
  }
}
