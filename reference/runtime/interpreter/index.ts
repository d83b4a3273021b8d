// The interpreter as a Runtime_Implementation.
import { ManagedImplementation, type ManagedImplementationOptions } from "../managed-implementation.js";
import { InterpreterStrategy } from "./interpreter-strategy.js";

export { InterpreterStrategy } from "./interpreter-strategy.js";

/** Id under which the interpreter is registered. */
export const INTERPRETER_ID = "fayger/interpreter";

/**
 * A Runtime_Implementation that runs `wasm-core-2` without an engine of the host: the same everywhere.
 *
 * @param options what it shares with other implementations
 */
export function createInterpreter(
  options: Omit<ManagedImplementationOptions, "descriptor" | "strategy">,
): ManagedImplementation {
  return new ManagedImplementation({
    ...options,
    descriptor: { id: INTERPRETER_ID, name: "Interpreter", version: "1.0.0" },
    strategy: new InterpreterStrategy(),
  });
}
