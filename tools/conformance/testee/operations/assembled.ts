import { COMPONENT_IDS } from "../../../../generated/enums/component-id.js";
import type { VectorInputs } from "../../../../generated/json/vector.js";
import { actionsOf } from "../../../../reference/assembly/artifact/assembled.js";
import { guestComponents } from "../../../../reference/assembly/artifact/guest-components.js";
import { sectionIdOf } from "../../../../reference/assembly/artifact/implementation-registry.js";
import { type Assembled, type AssembledPart, resolveFayManifest } from "../../../../reference/assembly/index.js";
import { fayIn } from "./fay.js";

/** What a FayManifest is assembled to, by implementations with these actions of their own and these drivers. */
export function assembledIn(inputs: VectorInputs): Assembled {
  const manifest = fayIn(inputs);
  const resolution = resolveFayManifest(manifest);
  const guests = new Set(guestComponents(resolution).map(({ id }) => id));
  const own = new Map(Object.entries(inputs.actions ?? {}));
  const part = (name: string, component: AssembledPart["component"], driver: number | undefined): AssembledPart => ({
    name,
    sectionId: sectionIdOf(name, component),
    component,
    driver,
    actions: actionsOf(component, own.get(name) ?? []),
  });
  const parts = [
    ...COMPONENT_IDS.filter((id) => guests.has(id)).map((id) => part(id, id, undefined)),
    ...(inputs.drivers ?? []).map((name, driver) => part(name, undefined, driver)),
  ];
  return { manifest, resolution, parts: parts.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}
