import { lookup } from "node:dns/promises";

/** What instruction handlers use of the network besides its sockets. Replaced to repeat a run. */
export interface HostNetwork {
  /**
   * Every address a name has, in the order of the host. Rejects with what the host says where there is none.
   *
   * @param name in lower case, without a dot at its end; never an address
   */
  resolve(name: string): Promise<readonly string[]>;
  /** Certificates in PEM that are trusted beside those of the host. */
  readonly authorities?: readonly string[];
}

/** The resolver of this host. */
export const nodeNetwork: HostNetwork = {
  resolve: async (name) => {
    const found = await lookup(name, { all: true, verbatim: true });
    return found.map(({ address }) => address);
  },
};
