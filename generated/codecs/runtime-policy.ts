import type { UnknownField } from "../../reference/codec/codegen-v1.js";
export interface RuntimePolicy { readonly codeFormat: string; readonly requires?: readonly string[]; readonly prefer?: readonly string[]; readonly unknownFields?: readonly UnknownField[] }
