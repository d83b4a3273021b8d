import type { InstructionHandler } from "../../handler-adapter.js";
import type { NodeServices } from "../node-services.js";

/** An instruction handler on Node. */
export type NodeHandler = InstructionHandler<NodeServices>;
