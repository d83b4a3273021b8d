// Makes instances of rewritten modules in tests.
import { decodeModule } from "../../wasm/decode-module.js";
import { finish } from "../../wasm/steps.js";
import type { WasmModule } from "../../wasm/types.js";
import { validateModule } from "../../wasm/validate-module.js";
import { EngineInstance } from "../engine-instance.js";
import { type RewriteOptions, rewriteInSteps } from "../rewrite/rewrite-module.js";

/** An instance, and what only tests look at. */
export interface RewrittenInstance {
  /** The module as it was before. */
  readonly module: WasmModule;
  readonly instance: EngineInstance;
  /** Sum of the stack charges of active frames. */
  readonly stack: WebAssembly.Global;
  /** Why added code ended the program. */
  readonly reason: WebAssembly.Global;
  /** The element that was called last. */
  readonly index: WebAssembly.Global;
}

/**
 * Rewrite and compile a module and make an instance; its start function has not run.
 *
 * @param memory what it imports as its memory where that is shared
 * @throws what the engine throws
 */
export function rewrittenInstance(
  bytes: Uint8Array,
  options: RewriteOptions,
  imports: WebAssembly.Imports,
  hostCall: (what: number, argument: number) => void,
  memory?: WebAssembly.Memory,
): RewrittenInstance {
  const validated = validateModule(decodeModule(bytes));
  const rewritten = finish(rewriteInSteps(validated, options));
  const all = memory === undefined ? imports : { ...imports, [rewritten.prefix]: { memory } };
  const instance = new EngineInstance({ ...rewritten, module: new WebAssembly.Module(rewritten.bytes) }, all, hostCall);
  const global = (name: string): WebAssembly.Global => instance.exports[rewritten.prefix + name] as WebAssembly.Global;
  return {
    module: validated.module,
    instance,
    stack: global("stack"),
    reason: global("reason"),
    index: global("index"),
  };
}
