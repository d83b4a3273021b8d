export interface TraceContext { readonly traceId: Uint8Array; readonly spanId: Uint8Array; readonly flags: number }
