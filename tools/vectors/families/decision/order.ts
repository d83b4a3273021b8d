import { flipped } from "../../building/octets.js";
import { sign } from "../../building/signing.js";
import type { Draft } from "../../corpus/family.js";
import { artifact, type Block, contextOf, loadOf, signedBytes, trusting } from "./artifacts.js";
import { effects, loads, refuses } from "./drafts.js";
import { off, other, trustedBy } from "./stores.js";

/** Two conditions at once: the earlier row decides. */
export function precedence(): readonly Draft[] {
  const name = "ed25519-publisher";
  const parent = loads({
    id: "order/right",
    inputs: loadOf(artifact(name), trustedBy(name, { label: "publisher" })),
    why: "No row but the last one holds.",
  });
  const parentOff = loads({
    id: "order/right-not-enforced",
    inputs: loadOf(artifact(name), { ...trustedBy(name, { label: "publisher" }), ...off }),
    why: "No row but the last one holds, and nothing is enforced.",
  });
  const bad: NonNullable<Block["value"]> = (key, parts) => flipped(sign(key, signedBytes(parts)), 3, 1);
  type Row = 2 | 3 | 4 | 5 | 6 | 7 | 8;
  const names: Readonly<Record<Row, string>> = {
    2: "unsupported",
    3: "untrusted",
    4: "mismatch",
    5: "revoked",
    6: "not-valid",
    7: "out-of-scope",
    8: "wrong",
  };
  const reasons: Readonly<Record<Row, string>> = {
    2: "UnsupportedAlgorithm",
    3: "UntrustedKey",
    4: "AlgorithmMismatch",
    5: "RevokedKey",
    6: "KeyNotValid",
    7: "KeyOutOfScope",
    8: "InvalidSignature",
  };
  const combine = (which: readonly Row[], enforced: boolean): Draft | undefined => {
    const [first] = which;
    if (first === undefined) throw new RangeError("no row");
    const holds = (row: Row): boolean => which.includes(row);
    const algorithm = holds(2) ? "ed25519ph" : holds(4) ? "ecdsa-p256" : "ed25519";
    const block: Block = { algorithm, ...(holds(8) && { value: bad }) };
    const more = {
      label: "publisher",
      ...(holds(5) && { revoked_at: 1 }),
      ...(holds(6) && { not_after: 1 }),
      ...(holds(7) && { scope: ["other/**"] }),
    };
    const store = holds(3) ? trusting([other]) : trustedBy(name, more).trust_store;
    const inputs = loadOf(artifact(name, block), { trust_store: store, ...(enforced ? {} : off) });
    const id = `order/${which.map((row) => names[row]).join("-before-")}${enforced ? "" : "-not-enforced"}`;
    const why = `Row ${first} of the decision table holds${which.length === 1 ? "" : ` before row ${which.slice(1).join(" and row ")}`}.`;
    if (first === 3 && !enforced)
      return loads({ id, inputs, level: "unverified", why: `${why} Where nothing is enforced it loads the artifact.` });
    return refuses(enforced ? parent : parentOff, {
      id,
      clauses: which.includes(7) ? ["trust-store.scope"] : [],
      mutator: "hold-rows",
      settings: { rows: [...which] },
      repair: "signed",
      inputs,
      reason: reasons[first],
      context: contextOf(name, block, first === 2 || holds(3) ? undefined : "publisher"),
      why,
      effect: which.length === 1 ? effects.untrusted : effects.told,
    });
  };
  const every: readonly Row[] = [2, 3, 4, 5, 6, 7, 8];
  // Where the key is unknown nothing more can hold of it, and an algorithm cannot be both outside and inside the table.
  const isPossible = (a: Row, b: Row): boolean => !(a === 2 && b === 4) && !(a === 3 && b >= 4 && b <= 7);
  const pairs = every.flatMap((a, index) =>
    every
      .slice(index + 1)
      .filter((b) => isPossible(a, b))
      .map((b): readonly Row[] => [a, b]),
  );
  const alone = every.filter((row) => row !== 3).map((row): readonly Row[] => [row]);
  const all: readonly (readonly Row[])[] = [...alone, ...pairs, [4, 5, 6, 7, 8], [5, 6, 7, 8], [6, 7, 8]];
  return [
    parent,
    parentOff,
    ...[true, false].flatMap((enforced) => all.flatMap((which) => combine(which, enforced) ?? [])),
  ];
}
