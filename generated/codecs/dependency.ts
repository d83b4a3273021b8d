import type { UnknownField } from "../../reference/codec/codegen-v1.js";
export interface Dependency { readonly name: string; readonly versionRange: string; readonly unknownFields?: readonly UnknownField[] }
