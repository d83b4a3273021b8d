import { PolicyRefusal } from "../../host-failure.js";

/** How many times the longest message may wait to be taken by the host. */
const WAITING_MESSAGES = 4;

/**
 * Refuse a write behind too many others.
 *
 * @param waiting bytes that the host has not taken
 * @param more bytes of this write
 * @param messageBytes the ceiling of one message
 * @throws PolicyRefusal `quota`
 * @spec instructions.net.held-writes
 */
export function checkHeldWrites(waiting: number, more: number, messageBytes: number): void {
  if (waiting + more > WAITING_MESSAGES * messageBytes) throw new PolicyRefusal("quota", "too much waits to be sent");
}
