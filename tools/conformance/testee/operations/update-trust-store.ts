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
  const { events, published, named } = surroundingsAt(clock);
  const services = { sha256: nodeSha256, clock, events };
  const store = installed === undefined ? undefined : storeInForce(installed, services);
  const heardBefore = published().length;
  return answering(
    () => {
      if (store === undefined) new InstalledTrustStore(bytes, services);
      else store.update(bytes);
      const updates = named("security.trusted_roots_updated").slice(heardBefore);
      const { added = [], removed = [], revoked = [], changed = [] } = (updates[0] ?? {}) as Record<string, string[]>;
      return { changed: updates.length > 0, added, removed, revoked, altered: changed };
    },
    () => ({ events: published().slice(heardBefore) }),
  );
}

/** What is installed is a store: how one that is none came to be there is no case of the operation. */
function storeInForce(installed: Uint8Array, services: TrustStoreServices): InstalledTrustStore {
  try {
    return new InstalledTrustStore(installed, services);
  } catch (error) {
    throw new InputError(`installed: ${error instanceof Error ? error.message : String(error)}`);
  }
}
