import type { DecodeOptions } from "../../reference/codec/codegen-v1.js"; import type { ContextValue } from "./context-value.js"; import type { EventLevel } from "../enums/event-level.js"; import type { TraceContext } from "./trace-context.js";
export interface FaygerEvent { readonly category: string; readonly name: string; readonly level: EventLevel; readonly instance?: string; readonly sequence: number; readonly timeUnixNs: bigint; readonly monotonicNs: bigint; readonly trace?: TraceContext; readonly fields: Readonly<Record<string, ContextValue>> }
export declare function decodeFaygerEvent(bytes: Uint8Array, options?: DecodeOptions): FaygerEvent;
export declare function encodeFaygerEvent(value: FaygerEvent): Uint8Array;
