import type { InstructionHandler } from "../../../handler-adapter.js";
import type { WebServices } from "../web-services.js";

/** An instruction handler in a browser. */
export type WebHandler = InstructionHandler<WebServices>;
