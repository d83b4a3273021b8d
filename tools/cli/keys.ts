import type { Signer } from "../../reference/contracts/security.js";
import {
  type KeyFileOptions,
  type KeyReading,
  nodeSha256,
  readPublicKey,
  readSigner,
} from "../../reference/security/backends/node.js";
import { type Invocation, type OptionSpec, UsageError } from "./command.js";
import { readInput } from "./files.js";
import { hex } from "./output/terminal.js";

/** Where the passphrase of a private key comes from when no file is named. */
const PASSPHRASE_VARIABLE = "FAYGER_KEY_PASSPHRASE";

/** Options of every command that reads a key file. */
export const KEY_FILE_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  kid: { type: "string", value: "KID", help: "which key of a JWK Set" },
  // @spec tools.key-files.passphrase: there is no option for the passphrase itself.
  "passphrase-file": {
    type: "string",
    value: "FILE",
    help: `first line opens an encrypted private key; else ${PASSPHRASE_VARIABLE}`,
  },
};

/**
 * The signer in a private key file.
 *
 * @throws UsageError where it holds another thing
 * @spec tools.key-files
 */
export function signerIn(path: string, invocation: Invocation): Signer {
  return keyOf(path, readSigner(readInput(path), keyFileOptions(invocation)));
}

/** The DER SubjectPublicKeyInfo in a key file. @throws UsageError where it holds another thing @spec tools.key-files */
export function publicKeyIn(path: string, invocation: Invocation): Uint8Array {
  return keyOf(path, readPublicKey(readInput(path), keyFileOptions(invocation)));
}

/** SHA-256 of the key, as hexadecimal. */
export function keyIdOf(publicKey: Uint8Array): string {
  return hex(nodeSha256.digest(publicKey));
}

/** @spec tools.key-files.exact: what a file holds besides a key of use is said, and nothing is guessed. */
function keyOf<T>(path: string, reading: KeyReading<T>): T {
  const { problem } = reading;
  if (problem === undefined) return reading.key;
  const hint =
    problem.needsPassphrase === true ? `set ${PASSPHRASE_VARIABLE}, or give --passphrase-file FILE` : problem.hint;
  const more = hint === undefined ? "" : `; ${hint}`;
  throw new UsageError(`${path}: expected ${problem.expected}; found ${problem.found}${more}`);
}

function keyFileOptions(invocation: Invocation): KeyFileOptions {
  const kid = invocation.text("kid");
  const passphrase = passphraseOf(invocation.text("passphrase-file"));
  return { ...(kid !== undefined && { kid }), ...(passphrase !== undefined && { passphrase }) };
}

function passphraseOf(path: string | undefined): string | undefined {
  if (path !== undefined) {
    const [line = ""] = new TextDecoder().decode(readInput(path)).split(/\r?\n/, 1);
    if (line === "") throw new UsageError(`${path}: expected a passphrase in the first line, found nothing`);
    return line;
  }
  const text = process.env[PASSPHRASE_VARIABLE];
  return text === "" ? undefined : text;
}
