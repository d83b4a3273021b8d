// The guest of the example `in-app`, in AssemblyScript: the program of a tenant. Each run works on one order, through
// three functions of the application: `order.read`, `price.lookup` and `order.store`.

import { exit, hostCall, HostError, Tlv } from "../../../../generated/guest/assemblyscript/fayger";

/** What the exit code says to the application. */
const UNKNOWN_ITEM: i32 = 1;
const TOO_MANY: i32 = 2;
const NOT_STORED: i32 = 3;

/** Most of one item in one order. */
const MOST: u64 = 100;
/** From so many on a tenth is taken off. */
const DISCOUNT_FROM: u64 = 10;

/** The entry symbol of the manifest. */
export function run(): void {
  const order = hostCall("order.read", []);
  if (!order.ok) exit(NOT_STORED);
  const quantity = order.output[1].bits;
  if (quantity > MOST) exit(TOO_MANY);
  const price = hostCall("price.lookup", [order.output[0]]);
  if (!price.ok) exit(price.hostError == HostError.NotFound ? UNKNOWN_ITEM : NOT_STORED);
  const total = price.output[0].bits * quantity;
  const due = quantity < DISCOUNT_FROM ? total : total - total / 10;
  if (!hostCall("order.store", [Tlv.u64(due)]).ok) exit(NOT_STORED);
}
