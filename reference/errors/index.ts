/**
 * The error model that every layer shares: one class, typed contexts, cause chains that keep their layers.
 *
 * @module errors
 */
export { causeChain, describeChain, layersOf, rootCause } from "./cause-chain.js";
export {
  decodeFaygerError,
  type ErrorReading,
  type ErrorRecordProblem,
  encodeFaygerError,
  errorFromRecord,
  errorToRecord,
} from "./error-record.js";
export { type AnyFaygerError, FaygerError, type FaygerErrorOptions, is, isFaygerError } from "./fayger-error.js";
export { hostError } from "./host-error.js";
