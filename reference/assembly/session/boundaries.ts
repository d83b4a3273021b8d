import type { BoundarySet } from "../../../generated/json/fay-manifest.js";

/** What boundaries say of a name; `undefined` where they let it pass. */
export type BoundaryVerdict = "restricted" | "confirm" | "not_allowed" | undefined;

/** A boundary set of an Ego model, made for being asked often. @spec assembly.actions.boundaries */
export class Boundaries {
  readonly #allowed: ReadonlySet<string> | undefined;
  readonly #restricted: ReadonlySet<string>;
  readonly #confirm: ReadonlySet<string>;

  /** @param boundaries as the FayManifest declares them; without any, everything passes */
  constructor({ allowed, restricted, requiresConfirmation }: BoundarySet = {}) {
    this.#allowed = allowed && new Set(allowed);
    this.#restricted = new Set(restricted);
    this.#confirm = new Set(requiresConfirmation);
  }

  /** Judge a skill or a permission; the strictest list counts. @param name `undefined` where an action has none */
  judge(name: string | undefined): BoundaryVerdict {
    if (name === undefined) return undefined;
    if (this.#restricted.has(name)) return "restricted";
    if (this.#confirm.has(name)) return "confirm";
    return this.#allowed === undefined || this.#allowed.has(name) ? undefined : "not_allowed";
  }
}
