import { createPublicKey, type KeyObject } from "node:crypto";
import { isEd25519Point } from "../../ed25519-point.js";
import { ed25519PublicKey, p256PublicKey, parsePublicKey, rsaPublicKey } from "../../spki.js";
import { type Finding, trouble } from "./finding.js";

/** The kinds of keys there are, for messages. */
export const SUPPORTED = "Ed25519, P-256, or RSA of 2048, 3072 or 4096 bits with exponent 65537";

/** 65537 as a JWK has it. */
const EXPONENT = "AQAB";

/**
 * The one SubjectPublicKeyInfo of a host's key, whatever encoding the key was read from.
 *
 * @param key private or public
 * @returns `undefined` where the key is of no supported kind
 * @spec signatures.key-id, tools.key-files.same
 */
export function publicKeyOf(key: KeyObject): Uint8Array | undefined {
  const half = key.type === "private" ? createPublicKey(key) : key;
  const spki = encode(half);
  return spki !== undefined && isUsable(spki) ? spki : undefined;
}

function encode(key: KeyObject): Uint8Array | undefined {
  switch (key.asymmetricKeyType) {
    case "ed25519":
      return ed25519PublicKey(decode(key.export({ format: "jwk" }).x));
    case "ec": {
      if (key.asymmetricKeyDetails?.namedCurve !== "prime256v1") return undefined;
      const { x, y } = key.export({ format: "jwk" });
      return p256PublicKey(Uint8Array.of(...decode(x), ...decode(y)));
    }
    case "rsa": {
      const { n, e } = key.export({ format: "jwk" });
      return e === EXPONENT ? rsaPublicKey(decode(n)) : undefined;
    }
    default:
      return undefined;
  }
}

function decode(text: string | undefined): Uint8Array {
  return new Uint8Array(Buffer.from(text ?? "", "base64url"));
}

/** Whether a key can verify anything at all. @param spki DER SubjectPublicKeyInfo */
export function isUsable(spki: Uint8Array): boolean {
  const parsed = parsePublicKey(spki);
  return parsed !== undefined && (parsed.algorithm !== "ed25519" || isEd25519Point(parsed.key));
}

/** A public key as a finding: the one encoding it has, or what kind of key it is instead. */
export function publicFinding(key: KeyObject): Finding {
  const publicKey = publicKeyOf(key);
  return publicKey === undefined ? trouble(kindOf(key)) : { kind: "public", publicKey };
}

/** A key's kind in words, with what makes it unsupported. */
export function kindOf(key: KeyObject): string {
  const details = key.asymmetricKeyDetails;
  switch (key.asymmetricKeyType) {
    case "rsa": {
      const exponent = details?.publicExponent;
      const with_ = exponent === undefined || exponent === 65537n ? "" : ` with exponent ${exponent}`;
      return `an RSA key of ${details?.modulusLength ?? "unknown"} bits${with_}`;
    }
    case "rsa-pss":
      return "an RSA key that is bound to parameters of RSASSA-PSS";
    case "ec":
      return details?.namedCurve === undefined
        ? "an EC key with curve parameters of its own"
        : `an EC key on ${details.namedCurve}`;
    case "ed25519":
      return "an Ed25519 key that is no usable point of the curve";
    case undefined:
      return "a key of an unknown type";
    default:
      return `a key of type ${key.asymmetricKeyType}`;
  }
}
