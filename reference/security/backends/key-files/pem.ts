import { createPrivateKey, createPublicKey } from "node:crypto";
import { type Finding, trouble } from "./finding.js";
import { attempt, CERTIFICATE, NEEDS_PASSPHRASE, privateFinding, unreadable } from "./host-import.js";
import { publicFinding } from "./supported.js";

const BEGIN = "-----BEGIN ";
const DASHES = "-----";

interface Block {
  readonly label: string;
  readonly text: string;
}

const PUBLIC = ["PUBLIC KEY", "RSA PUBLIC KEY"];
const PRIVATE = ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"];
const CERTIFICATES = ["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"];

/** A key in PEM: SubjectPublicKeyInfo, PKCS#8, PKCS#1 or SEC1, private ones also encrypted. */
export function readPem(text: string, passphrase: string | undefined): Finding {
  // openssl writes the name of the curve as a block of its own before the key.
  const blocks = blocksOf(text)?.filter(({ label }) => label !== "EC PARAMETERS");
  if (blocks === undefined) return trouble("a PEM block that does not end");
  const [block, ...others] = blocks;
  if (block === undefined) return trouble("PEM without a key");
  if (others.length > 0) {
    const labels = blocks.map(({ label }) => label).slice(0, 4);
    return trouble(`${blocks.length} PEM blocks: ${labels.join(", ")}`, "a key file holds one key and nothing else");
  }
  const { label } = block;
  if (PUBLIC.includes(label)) {
    const { key, code } = attempt(() => createPublicKey(block.text));
    return key === undefined ? unreadable(code) : publicFinding(key);
  }
  if (PRIVATE.includes(label)) {
    const isEncrypted = label === "ENCRYPTED PRIVATE KEY" || block.text.includes("Proc-Type: 4,ENCRYPTED");
    if (!isEncrypted) return privateFinding(() => createPrivateKey(block.text), false);
    if (passphrase === undefined) return NEEDS_PASSPHRASE;
    return privateFinding(() => createPrivateKey({ key: block.text, passphrase }), true);
  }
  if (CERTIFICATES.includes(label)) return CERTIFICATE;
  if (label === "OPENSSH PRIVATE KEY") {
    const hint = "`ssh-keygen -p -m PKCS8 -f FILE` turns RSA and P-256 keys into PKCS#8; make a new key for Ed25519";
    return trouble("a private key in the form of OpenSSH", hint);
  }
  return trouble(`a PEM block of another kind, ${label}`);
}

/** The blocks of a PEM file; text between them is explanation. `undefined` where one does not end. */
function blocksOf(text: string): Block[] | undefined {
  const blocks: Block[] = [];
  for (let at = text.indexOf(BEGIN); at >= 0; at = text.indexOf(BEGIN, at)) {
    const labelEnd = text.indexOf(DASHES, at + BEGIN.length);
    const label = labelEnd < 0 ? "" : text.slice(at + BEGIN.length, labelEnd);
    if (!/^[A-Z0-9 ]{1,40}$/.test(label)) return undefined;
    const end = `-----END ${label}-----`;
    const endAt = text.indexOf(end, labelEnd);
    if (endAt < 0) return undefined;
    blocks.push({ label, text: `${text.slice(at, endAt)}${end}\n` });
    at = endAt + end.length;
  }
  return blocks;
}
