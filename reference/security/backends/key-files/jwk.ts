import { createPrivateKey, createPublicKey, type JsonWebKey } from "node:crypto";
import { equalBytes } from "../../bytes.js";
import { type Finding, trouble } from "./finding.js";
import { attempt, unreadable } from "./host-import.js";
import { kindOf, publicFinding, publicKeyOf } from "./supported.js";

type Json = Readonly<Record<string, unknown>>;

/** The algorithms a JWK of each type may name: those its key is used with here. */
const ALGORITHMS: Readonly<Record<string, readonly string[]>> = {
  OKP: ["EdDSA", "Ed25519"],
  EC: ["ES256"],
  RSA: ["PS256"],
};

/** Members of a public key, by type; everything else of a JWK is private or says nothing about the key. */
const PUBLIC_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  OKP: ["crv", "x"],
  EC: ["crv", "x", "y"],
  RSA: ["n", "e"],
};

const CURVES: Readonly<Record<string, string>> = { OKP: "Ed25519", EC: "P-256" };

/** Most kids that a message lists. */
const LISTED_KIDS = 8;

/** A key as JSON Web Key, or one of a JWK Set. @param kid chooses one of a set */
export function readJwk(text: string, kid: string | undefined): Finding {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return trouble("something that begins like JSON and is none");
  }
  if (!isObject(value)) return trouble("JSON that is no JWK");
  const { keys } = value;
  if (Array.isArray(keys)) return chosen(keys, kid);
  if (kid !== undefined && value["kid"] !== kid) return trouble("a JWK whose `kid` is another one");
  return readOne(value);
}

function chosen(keys: readonly unknown[], kid: string | undefined): Finding {
  const objects = keys.filter(isObject);
  const found = kid === undefined ? objects : objects.filter((key) => key["kid"] === kid);
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return readOne(only);
  const kids = objects.map((key) => key["kid"]).filter((name) => typeof name === "string" && isPlain(name));
  const list = kids.slice(0, LISTED_KIDS).join(", ") + (kids.length > LISTED_KIDS ? ", ..." : "");
  const hint = kids.length === 0 ? "none of them has a `kid`" : `choose one by its \`kid\`: ${list}`;
  return trouble(
    kid === undefined
      ? `a JWK Set of ${objects.length} keys`
      : `a JWK Set with ${found.length === 0 ? "no" : found.length} keys of this \`kid\``,
    hint,
  );
}

function readOne(jwk: Json): Finding {
  const { kty, crv, use, alg, key_ops: operations } = jwk;
  if (kty === "oct") return trouble("a JWK with the secret of a symmetric algorithm");
  const members = typeof kty === "string" && Object.hasOwn(PUBLIC_MEMBERS, kty) ? PUBLIC_MEMBERS[kty] : undefined;
  if (typeof kty !== "string" || members === undefined) return trouble("a JWK of an unknown type");
  const curve = CURVES[kty];
  if (curve !== undefined && crv !== curve) {
    return trouble(typeof crv === "string" && isPlain(crv) ? `a JWK on the curve ${crv}` : "a JWK without a curve");
  }
  if (use !== undefined && use !== "sig") return trouble("a JWK that is not for signatures, by its `use`");
  if (alg !== undefined && !ALGORITHMS[kty]?.includes(String(alg))) {
    return trouble(`a JWK for another algorithm, by its \`alg\`; expected ${ALGORITHMS[kty]?.join(" or ")} or none`);
  }
  if (operations !== undefined && !isForSignatures(operations)) {
    return trouble("a JWK that is not for signatures, by its `key_ops`");
  }
  const half: JsonWebKey = { kty };
  for (const member of members) {
    const value = jwk[member];
    if (typeof value !== "string" || value === "") return trouble(`a JWK without its member \`${member}\``);
    half[member] = value;
  }
  const { key, code } = attempt(() => createPublicKey({ key: half, format: "jwk" }));
  if (key === undefined) return unreadable(code);
  return "d" in jwk ? readPrivate(jwk, publicKeyOf(key), kindOf(key)) : publicFinding(key);
}

function readPrivate(jwk: Json, publicKey: Uint8Array | undefined, kind: string): Finding {
  if (publicKey === undefined) return trouble(kind);
  const { key, code } = attempt(() => createPrivateKey({ key: jwk as JsonWebKey, format: "jwk" }));
  if (key === undefined) return unreadable(code);
  // The host makes the public half from the private one and ignores what the file says.
  const made = publicKeyOf(key);
  if (made === undefined || !equalBytes(made, publicKey)) return trouble("a JWK whose halves do not belong together");
  return { kind: "private", key };
}

function isForSignatures(operations: unknown): boolean {
  return Array.isArray(operations) && (operations.includes("sign") || operations.includes("verify"));
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a text can stand in a message: short, printable, one word. */
function isPlain(text: string): boolean {
  return /^[\x21-\x7e]{1,64}$/.test(text);
}
