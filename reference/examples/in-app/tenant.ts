import {
  type BufObject,
  createFayger,
  createInAppAdapter,
  createMemorySource,
  type Fayger,
  HostFailure,
  type HostFunction,
  isFaygerError,
  PolicyRefusal,
} from "../../node.js";

/** What somebody orders. */
export interface Order {
  readonly item: string;
  readonly quantity: number;
}

/** An order that a tenant's program has accepted. */
export interface StoredOrder extends Order {
  readonly number: number;
  /** In cents, as the program worked it out. */
  readonly total: number;
}

/** How an order ended. */
export type Outcome =
  | { readonly kind: "stored"; readonly order: StoredOrder }
  | { readonly kind: "refused"; readonly reason: number }
  | { readonly kind: "failed"; readonly code: string };

/** A tenant and the program it brought. */
export interface TenantOptions {
  readonly name: string;
  /** The artifact. */
  readonly artifact: Uint8Array;
  /** Cents by item. */
  readonly prices: Readonly<Record<string, number>>;
  /** Most orders it may store. */
  readonly mostOrders: number;
  /** Path of a trust store; without one unsigned artifacts are run, which is for trying out alone. */
  readonly trustStore?: string;
}

/** An order that is being worked on, by the instance that does. */
interface Work {
  readonly order: Order;
  stored?: StoredOrder;
}

/**
 * A tenant: its program, and everything that this program can reach. Each order is one run of the program, so nothing
 * stays in it from one order to the next, and one that never ends takes no other with it.
 */
export class Tenant {
  readonly name: string;
  readonly orders: StoredOrder[] = [];
  readonly #fayger: Fayger;
  readonly #program: BufObject;
  readonly #work: Map<string, Work>;

  private constructor(
    { name }: TenantOptions,
    fayger: Fayger,
    program: BufObject,
    orders: StoredOrder[],
    work: Map<string, Work>,
  ) {
    this.name = name;
    this.orders = orders;
    this.#fayger = fayger;
    this.#program = program;
    this.#work = work;
  }

  /** Load a tenant's program. @throws FaygerError where the artifact is refused */
  static async open(options: TenantOptions): Promise<Tenant> {
    const { trustStore } = options;
    const orders: StoredOrder[] = [];
    const work = new Map<string, Work>();
    const fayger = await createFayger({
      adapters: [createInAppAdapter({ functions: functionsFor(options, orders, work) })],
      // No files, no network, no clock: what a program can do is call the three functions.
      policy: {
        capabilities: ["host.call"],
        quotas: { fuel: 2_000_000, wall_ms: 5_000, memory_bytes: 1_048_576, open_calls: 0, emits_per_second: 1_000 },
      },
      ...(trustStore === undefined ? { enforceSignature: false } : { trustStore }),
    });
    const program = await fayger.load(createMemorySource(options.artifact));
    return new Tenant(options, fayger, program, orders, work);
  }

  /** Let the program work on an order. Never rejects for what the program does. */
  async place(order: Order): Promise<Outcome> {
    const work: Work = { order };
    let id = "";
    try {
      const {
        exitCode = 0,
        failure,
        exceeded,
      } = await this.#fayger.run(this.#program, {
        loaded: (instance) => {
          id = instance;
          this.#work.set(instance, work);
        },
      });
      const error = failure?.error ?? exceeded;
      if (error !== undefined) return { kind: "failed", code: error.code };
      return work.stored === undefined ? { kind: "refused", reason: exitCode } : { kind: "stored", order: work.stored };
    } catch (error) {
      // A program that cannot even be started, because it is broken or needs what it is not given.
      if (isFaygerError(error)) return { kind: "failed", code: error.code };
      throw error;
    } finally {
      this.#work.delete(id);
    }
  }

  /** End what still runs, and let go of the program. */
  async close(): Promise<void> {
    await this.#fayger.close();
    await this.#program.close();
  }
}

/**
 * The three functions that a tenant's program may call. A program is not believed: what it gives is looked at before it
 * is used, and what it gets is its own tenant's alone.
 */
function functionsFor(
  { prices, mostOrders }: TenantOptions,
  orders: StoredOrder[],
  work: ReadonlyMap<string, Work>,
): Readonly<Record<string, HostFunction>> {
  return {
    /** () -> item: text, quantity: u32. The order that this run of the program is about. */
    "order.read": (_input, { instance }) => {
      const { order } = workOf(work, instance);
      return [
        { type: "text", value: order.item },
        { type: "u32", value: order.quantity },
      ];
    },
    /** item: text -> cents: u64. Asynchronous, as a database would be. */
    "price.lookup": async ([item]) => {
      if (item?.type !== "text") throw new HostFailure("invalid_argument");
      const price = Object.hasOwn(prices, item.value) ? prices[item.value] : undefined;
      if (price === undefined) throw new HostFailure("not_found");
      return [{ type: "u64", value: BigInt(price) }];
    },
    /** total: u64 -> number: u32. Stores the order, once. */
    "order.store": ([total], { instance }) => {
      const current = workOf(work, instance);
      if (total?.type !== "u64" || total.value > BigInt(Number.MAX_SAFE_INTEGER))
        throw new HostFailure("invalid_argument");
      if (current.stored !== undefined) throw new HostFailure("already_exists");
      if (orders.length >= mostOrders) throw new PolicyRefusal("quota", "the tenant has stored its most orders");
      current.stored = { ...current.order, number: orders.length + 1, total: Number(total.value) };
      orders.push(current.stored);
      return [{ type: "u32", value: current.stored.number }];
    },
  };
}

function workOf(work: ReadonlyMap<string, Work>, instance: string): Work {
  const found = work.get(instance);
  if (found === undefined) throw new HostFailure("not_found");
  return found;
}
