import type { VectorInputs } from "../../../../generated/json/vector.js";
import { InstalledTrustStore } from "../../../../reference/index.js";
import { nodeSha256 } from "../../../../reference/node.js";
import { type Answer, answering } from "../answer.js";
import { bytesIn, clockAt, givenBytes } from "../inputs.js";
import { surroundingsAt } from "../surroundings.js";

/** Install a trust store. The event says what changed. */
export function updateTrustStore(inputs: VectorInputs): Promise<Answer> {
  const bytes = givenBytes(inputs, "bytes");
  const installed = bytesIn(inputs, "installed");
  const clock = clockAt();
  const { events, published, named } = surroundingsAt(clock);
  let heardBefore = 0;
  return answering(
    () => {
      const services = { sha256: nodeSha256, clock, events };
      if (installed === undefined) new InstalledTrustStore(bytes, services);
      else {
        const store = new InstalledTrustStore(installed, services);
        heardBefore = published().length;
        store.update(bytes);
      }
      const updates = named("security.trusted_roots_updated").slice(heardBefore);
      const { added = [], removed = [], revoked = [], changed = [] } = (updates[0] ?? {}) as Record<string, string[]>;
      return { changed: updates.length > 0, added, removed, revoked, altered: changed };
    },
    () => ({ events: published().slice(heardBefore) }),
  );
}
