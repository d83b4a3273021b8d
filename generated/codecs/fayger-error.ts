import type { DecodeOptions } from "../../reference/codec/codegen-v1.js"; import type { ContextValue } from "./context-value.js"; import type { SourceLayer } from "../enums/source-layer.js";
export interface FaygerErrorRecord { readonly code: string; readonly sourceLayer: SourceLayer; readonly message: string; readonly context: Readonly<Record<string, ContextValue>>; readonly cause?: FaygerErrorRecord }
export declare function decodeFaygerError(bytes: Uint8Array, options?: DecodeOptions): FaygerErrorRecord;
export declare function encodeFaygerError(value: FaygerErrorRecord): Uint8Array;
