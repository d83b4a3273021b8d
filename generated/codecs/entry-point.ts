import type { UnknownField } from "../../reference/codec/codegen-v1.js";
export interface EntryPoint { readonly section: string; readonly symbol: string; readonly unknownFields?: readonly UnknownField[] }
