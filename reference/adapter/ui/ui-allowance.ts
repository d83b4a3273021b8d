import type { InstanceBinding } from "../../contracts/platform-adapter.js";
import { ceilingsOf } from "../ceilings.js";
import { PolicyRefusal } from "../host-failure.js";

/** Bytes of all titles, texts and values at once. @spec instructions.ui.bounds */
const MOST_TEXT_BYTES = 16_777_216;

/** What one instance has on all its surfaces together. @spec instructions.ui.bounds */
export class UiAllowance {
  readonly #mostNodes: number;
  #nodes = 0;
  #bytes = 0;

  /** @param mostNodes nodes that the policy allows at once */
  constructor(mostNodes: number) {
    this.#mostNodes = mostNodes;
  }

  /** Count a further node. @throws PolicyRefusal `quota`, and nothing is counted */
  addNode(): void {
    if (this.#nodes >= this.#mostNodes) throw new PolicyRefusal("quota", `${this.#mostNodes} nodes are there`);
    this.#nodes += 1;
  }

  /** Count nodes that are gone. */
  removeNodes(count: number): void {
    this.#nodes -= count;
  }

  /** Whether so many bytes more are allowed. */
  hasRoom(bytes: number): boolean {
    return this.#bytes + bytes <= MOST_TEXT_BYTES;
  }

  /** Count bytes, or with a negative number those that are gone. @throws PolicyRefusal `quota`, and nothing is counted */
  addBytes(bytes: number): void {
    if (!this.hasRoom(bytes)) throw new PolicyRefusal("quota", `more than ${MOST_TEXT_BYTES} bytes of text`);
    this.#bytes += bytes;
  }
}

const allowances = new WeakMap<InstanceBinding, UiAllowance>();

/** The allowance of the instance behind a binding. */
export function allowanceOf(binding: InstanceBinding): UiAllowance {
  let allowance = allowances.get(binding);
  if (allowance === undefined) {
    allowance = new UiAllowance(ceilingsOf(binding.policy).nodes);
    allowances.set(binding, allowance);
  }
  return allowance;
}
