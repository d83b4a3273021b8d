import { lstatSync, rmSync } from "node:fs";
import { isSignatureAlgorithm, SIGNATURE_ALGORITHMS } from "../../../generated/enums/signature-algorithm.js";
import { generateKeyPair } from "../../../reference/security/backends/node.js";
import { type Command, ExitCode, UsageError } from "../command.js";
import { fileTrouble, readOptionalInput } from "../files.js";
import { keyIdOf } from "../keys.js";
import { pairs } from "../output/table.js";
import { createFile, replaceFile } from "../replace-file.js";

/** RSA moduli a key may have, in bits. @spec signatures.spki.rsa */
const MODULI = [2048, 3072, 4096];
const FORMATS = ["pem", "jwk"];

/** `fayger keygen`: make a key pair. @spec tools.keygen */
export const keygen: Command = {
  name: "keygen",
  summary: "make a key pair for signing",
  usage: ["keygen -o FILE [--algorithm NAME] [--format pem|jwk]"],
  description:
    "Writes the private key to FILE (PKCS#8 PEM, readable by you alone) and the public key to FILE.pub, or neither.\nKeep FILE secret; give FILE.pub to whoever shall trust your artifacts.",
  options: {
    out: { type: "string", short: "o", value: "FILE", help: "where the private key goes" },
    algorithm: {
      type: "string",
      short: "a",
      value: "NAME",
      help: `${SIGNATURE_ALGORITHMS.join(", ")}; ed25519 where not given`,
    },
    bits: { type: "string", value: "N", help: "for rsa-pss-sha256: 2048, 3072 (where not given) or 4096" },
    format: { type: "string", short: "f", value: "NAME", help: "pem (where not given), or jwk for JSON Web Keys" },
    force: { type: "boolean", help: "replace a key that is there already" },
  },
  examples: [
    ["keygen -o author.pem", "an Ed25519 key pair: author.pem and author.pem.pub"],
    ["keygen -o ci.pem --algorithm rsa-pss-sha256 --bits 4096", "an RSA key pair"],
    ["keygen -o author.jwk --format jwk", "JSON Web Keys, whose kid is the key id"],
  ],
  async run(invocation) {
    const { terminal } = invocation;
    const out = invocation.text("out");
    if (out === undefined) throw new UsageError("expected -o FILE, where the private key goes");
    const algorithm = invocation.text("algorithm") ?? "ed25519";
    if (!isSignatureAlgorithm(algorithm)) {
      throw new UsageError(`there is no algorithm \`${algorithm}\`; expected ${SIGNATURE_ALGORITHMS.join(", ")}`);
    }
    const bits = Number(invocation.text("bits") ?? "3072");
    if (!MODULI.includes(bits)) throw new UsageError(`expected --bits ${MODULI.join(", ")}`);
    const format = invocation.text("format") ?? "pem";
    if (!FORMATS.includes(format)) throw new UsageError(`expected --format ${FORMATS.join(" or ")}`);
    const isForced = invocation.flag("force");
    const paths = { private: out, public: `${out}.pub` };
    // Before the work of making a key.
    if (!isForced) for (const path of Object.values(paths)) assertAbsent(path);
    const pair = generateKeyPair(algorithm, bits);
    const asJson = (jwk: object): string => `${JSON.stringify(jwk, undefined, 2)}\n`;
    const texts =
      format === "jwk"
        ? { private: asJson(pair.privateKeyJwk), public: asJson(pair.publicKeyJwk) }
        : { private: pair.privateKeyPem, public: pair.publicKeyPem };
    writePair(paths, texts, isForced);
    const keyId = keyIdOf(pair.publicKey);
    if (terminal.isJson) {
      terminal.json({ algorithm, key_id: keyId, private_key: paths.private, public_key: paths.public });
    }
    for (const line of pairs(terminal, [
      ["private key", `${paths.private} ${terminal.style("dim", "(keep it secret)")}`],
      ["public key", paths.public],
      ["algorithm", algorithm],
      ["key id", keyId],
    ])) {
      terminal.line(line);
    }
    return ExitCode.Ok;
  },
};

interface Pair {
  readonly private: string;
  readonly public: string;
}

function assertAbsent(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return;
  throw fileTrouble(Object.assign(new Error("exists"), { code: "EEXIST" }), "write", path);
}

/**
 * Write both files or neither. The public one comes first, so that no private key lies about which nobody can use, and
 * whatever stands in the way of the private one is undone.
 *
 * @spec tools.keygen.whole, security.private-keys
 */
function writePair(paths: Pair, texts: Pair, isForced: boolean): void {
  const old = isForced ? readOptionalInput(paths.public) : undefined;
  if (isForced) replaceFile(paths.public, texts.public);
  else createNew(paths.public, texts.public, 0o644);
  try {
    // A private key that is replaced gets the permissions of a new one: the old file may have been open to all.
    if (isForced) replaceFile(paths.private, texts.private, { mode: 0o600, keepsMode: false });
    else createNew(paths.private, texts.private, 0o600);
  } catch (error) {
    if (old === undefined) rmSync(paths.public, { force: true });
    else replaceFile(paths.public, old);
    throw error;
  }
}

function createNew(path: string, text: string, mode: number): void {
  try {
    createFile(path, text, mode);
  } catch (error) {
    throw fileTrouble(error, "write", path);
  }
}
