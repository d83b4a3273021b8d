import { VECTOR_OPERATIONS } from "../../../generated/enums/vector-operation.js";
import type { ConformanceMessage } from "../../../generated/json/conformance-message.js";
import { packageVersion } from "../../cli/version.js";
import { featuresUnderTest } from "./programs/engines.js";

/** Version of the protocol that is spoken here. */
export const PROTOCOL = 1;

/** How the reference introduces itself. */
export function hello(): ConformanceMessage {
  return {
    message: "hello",
    protocol: PROTOCOL,
    name: "fayger-reference",
    version: packageVersion(),
    language: "typescript",
    specification: "1.0",
    operations: VECTOR_OPERATIONS,
    features: featuresUnderTest(),
  };
}
