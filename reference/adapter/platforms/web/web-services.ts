import type { CryptoServices } from "../../crypto/index.js";
import type { PortableServices } from "../../handlers/index.js";
import type { SurfaceServices } from "../../ui/index.js";
import { createDomSurfaces } from "./dom/dom-surfaces.js";
import { webClock } from "./web-clock.js";
import { webCrypto } from "./web-crypto.js";
import { webTimers } from "./web-timers.js";

/** What instruction handlers use of a browser besides its network. Each can be replaced to repeat a run. */
export interface WebServices extends PortableServices, CryptoServices, SurfaceServices {}

/** Services of this page, with some replaced. */
export function webServices(replaced: Partial<WebServices> = {}): WebServices {
  return {
    clock: webClock,
    timers: webTimers,
    random: (target) => void crypto.getRandomValues(target as Uint8Array<ArrayBuffer>),
    crypto: webCrypto,
    surfaces: createDomSurfaces(),
    ...replaced,
  };
}
