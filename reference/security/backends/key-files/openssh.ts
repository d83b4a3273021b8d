import { ed25519PublicKey, p256PublicKey, rsaPublicKey } from "../../spki.js";
import { type Finding, trouble } from "./finding.js";
import { isUsable } from "./supported.js";

const TYPE = /^(ssh|ecdsa-sha2|sk-ssh|sk-ecdsa-sha2)-[a-z0-9@.-]{1,60}$/;

/** Whether a line begins with the type of an OpenSSH key. */
export function isOpenSsh(line: string): boolean {
  return TYPE.test(line.split(/[ \t]/, 1)[0] ?? "");
}

/** A public key as OpenSSH writes it: type, base64, comment. */
export function readOpenSsh(line: string): Finding {
  const [type = "", encoded = ""] = line.split(/[ \t]+/);
  const fields = /^[A-Za-z0-9+/]+={0,2}$/.test(encoded) ? fieldsOf(Buffer.from(encoded, "base64")) : undefined;
  if (fields === undefined || Buffer.from(fields[0] ?? []).toString("latin1") !== type) {
    return trouble(`a damaged OpenSSH key of type ${type}`);
  }
  const spki = publicKeyFrom(type, fields);
  if (spki === undefined) return trouble(`an OpenSSH key of type ${type}`);
  return isUsable(spki) ? { kind: "public", publicKey: spki } : trouble(`an unusable OpenSSH key of type ${type}`);
}

function publicKeyFrom(type: string, fields: readonly Uint8Array[]): Uint8Array | undefined {
  const [, first, second] = fields;
  if (first === undefined) return undefined;
  if (type === "ssh-ed25519" && fields.length === 2) return ed25519PublicKey(first);
  if (second === undefined || fields.length !== 3) return undefined;
  if (type === "ecdsa-sha2-nistp256" && second[0] === 4) return p256PublicKey(second.subarray(1));
  if (type === "ssh-rsa" && Buffer.from(first).toString("hex") === "010001") {
    // An integer of which the first bit is set has a zero byte before it.
    return rsaPublicKey(second[0] === 0 ? second.subarray(1) : second);
  }
  return undefined;
}

/** The strings of the wire form, each with its length in four bytes; `undefined` where they do not fill it. */
function fieldsOf(wire: Uint8Array): Uint8Array[] | undefined {
  const view = new DataView(wire.buffer, wire.byteOffset, wire.byteLength);
  const fields: Uint8Array[] = [];
  for (let at = 0; at < wire.length; ) {
    if (wire.length - at < 4) return undefined;
    const length = view.getUint32(at);
    if (length > wire.length - at - 4) return undefined;
    fields.push(new Uint8Array(wire.subarray(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return fields;
}
