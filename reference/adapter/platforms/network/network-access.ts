import type { LookupFunction } from "node:net";
import type { Ceilings } from "../../../../generated/json/host-policy.js";
import type { CancellationSignal } from "../../../contracts/cancellation.js";
import type { InstanceBinding } from "../../../contracts/platform-adapter.js";
import { ceilingsOf } from "../../ceilings.js";
import { cited } from "../../cited.js";
import { PolicyRefusal } from "../../host-failure.js";
import { formatIpAddress } from "../../network/format-ip-address.js";
import { type IpAddress, parseIpAddress } from "../../network/ip-address.js";
import { judgeTarget, type NetworkTarget, networkRulesOf, ruleOf } from "../../network/network-policy.js";
import { NetworkUse } from "../../network/network-use.js";
import { checkTarget } from "../../network/web-address.js";
import type { NodeServices } from "../node-services.js";
import { attempt, type Waiting } from "./attempt.js";
import { NameLookups } from "./name-lookups.js";

const accesses = new WeakMap<InstanceBinding, NetworkAccess>();

/** One instance's way to the network: its rules, its ceilings, and what it has open. @spec adapters.binding */
export class NetworkAccess {
  /** Every ceiling of the policy. */
  readonly ceilings: Required<Ceilings>;
  /** What is open and what began lately. */
  readonly use: NetworkUse;
  readonly #rules: readonly string[];
  readonly #lookups: NameLookups;
  readonly #services: NodeServices;

  private constructor(binding: InstanceBinding, services: NodeServices) {
    this.ceilings = ceilingsOf(binding.policy);
    this.use = new NetworkUse(this.ceilings, services.clock);
    this.#rules = binding.policy.network ?? [];
    this.#lookups = new NameLookups(services.network);
    this.#services = services;
  }

  /** That of the instance behind a binding: the same one each time. */
  static of(binding: InstanceBinding, services: NodeServices): NetworkAccess {
    let access = accesses.get(binding);
    if (access === undefined) {
      access = new NetworkAccess(binding, services);
      accesses.set(binding, access);
    }
    return access;
  }

  /** What waits at most for the policy's patience. */
  patient(call: string, signal: CancellationSignal | undefined): Waiting {
    return { call, signal, timers: this.#services.timers, patience: this.ceilings.patience_ms };
  }

  /** @throws PolicyRefusal where no rule allows the target as it is written @spec instructions.net.policy */
  check(target: NetworkTarget): void {
    checkTarget(this.#rules, target);
  }

  /**
   * Begin a connection: take its place, count it, and find the addresses it may lead to.
   *
   * @returns the addresses, of which each may be connected to, and what gives the place back
   * @throws PolicyRefusal `quota`, `access_denied`; HostFailure of the look-up
   */
  async begin(
    target: NetworkTarget,
    signal: CancellationSignal | undefined,
  ): Promise<{ readonly addresses: readonly IpAddress[]; readonly giveBack: () => void }> {
    const giveBack = this.use.take();
    try {
      this.use.begin();
      return { addresses: await this.resolve(target, this.patient("getaddrinfo", signal)), giveBack };
    } catch (error) {
      giveBack();
      throw error;
    }
  }

  /**
   * Every address of a target that passed {@link NetworkAccess.check}, judged. The name is looked up this once: who
   * connects uses what comes back, and asks no resolver again.
   *
   * @throws PolicyRefusal `access_denied` where the policy refuses one of them; HostFailure of the look-up
   * @spec capabilities.policy.rebinding
   */
  async resolve(target: NetworkTarget, waiting: Waiting): Promise<readonly IpAddress[]> {
    const { host } = target;
    if (host.address !== undefined) return [host.address];
    const texts = await attempt<readonly string[]>(waiting, (resolve, reject) =>
      this.#lookups.begin(host.name, resolve, reject),
    );
    const addresses = texts.map(parseIpAddress);
    const known = addresses.filter((address) => address !== undefined);
    // One that cannot be read cannot be judged.
    if (known.length < addresses.length || !judgeTarget(networkRulesOf(this.#rules), target, known)) {
      throw new PolicyRefusal(
        "access_denied",
        `no rule of the policy's network allows ${ruleOf(target)}, which is ${cited(texts.join(" "))}`,
      );
    }
    return known;
  }
}

/** For Node's sockets: a resolver that knows the judged addresses and nothing else. @spec capabilities.policy.rebinding */
export function lookupOf(addresses: readonly IpAddress[]): LookupFunction {
  const found = addresses.map((address) => ({ address: formatIpAddress(address), family: address.family }));
  return (_name, options, callback) => {
    const [first] = found;
    if (options.all === true) callback(null, found);
    else callback(null, first?.address ?? "", first?.family);
  };
}

/** What to hand to a socket of Node as its host: the name, which {@link lookupOf} answers, or the judged address. */
export function hostTextOf({ host }: NetworkTarget): string {
  return host.address === undefined ? host.name : formatIpAddress(host.address);
}
