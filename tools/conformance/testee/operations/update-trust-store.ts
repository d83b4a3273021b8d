import type { VectorInputs } from "../../../../generated/json/vector.js";
import { InstalledTrustStore, type TrustStoreServices } from "../../../../reference/index.js";
import { nodeSha256 } from "../../../../reference/node.js";
import { type Answer, answering } from "../answer.js";
import { InputError } from "../input-error.js";
import { bytesIn, clockAt, givenBytes } from "../inputs.js";
import { surroundingsAt } from "../surroundings.js";

/** Install a trust store. The event says what changed. */
export function updateTrustStore(inputs: VectorInputs): Promise<Answer> {
  const bytes = givenBytes(inputs, "bytes");
  const installed = bytesIn(inputs, "installed");
  const clock = clockAt();
  const { events, published, named, told } = surroundingsAt(clock);
  const services = { sha256: nodeSha256, clock, events };
  const store = installed === undefined ? undefined : storeInForce(installed, services);
  // A store that is installed at the start was told of as well, where it holds keys.
  const heardBefore = published().length;
  const { tell } = inputs;
  const toldBefore = told(tell ?? []).length;
  return answering(
    () => {
      if (store === undefined) new InstalledTrustStore(bytes, services);
      else store.update(bytes);
      const updates = named("security.trusted_roots_updated").slice(heardBefore);
      const { added = [], removed = [], revoked = [], changed = [] } = (updates[0] ?? {}) as Record<string, string[]>;
      return { changed: updates.length > 0, added, removed, revoked, altered: changed };
    },
    () => ({
      events: published().slice(heardBefore),
      ...(tell !== undefined && { told: told(tell).slice(toldBefore) }),
    }),
  );
}

/** What is installed is a store: how one that is none came to be there is no case of the operation. */
function storeInForce(installed: Uint8Array, services: TrustStoreServices): InstalledTrustStore {
  try {
    const store = new InstalledTrustStore(installed, services);
    // Whoever handed the bytes over may do with them what he likes.
    installed.fill(0);
    return store;
  } catch (error) {
    throw new InputError(`installed: ${error instanceof Error ? error.message : String(error)}`);
  }
}
