/**
 * The event bus and what listens to it.
 *
 * @module observability
 */
export {
  type AsynchronousSink,
  type AsynchronousSinkOptions,
  type BatchWriter,
  createAsynchronousSink,
} from "./asynchronous-sink.js";
export { createEventBus, type EventBusOptions, type EventCounters, type ObservableEventBus } from "./event-bus.js";
export { type EventRecorder, type RecorderOptions, recordEvents } from "./recorder.js";
export { beginTrace, childSpan, formatTraceparent, parseTraceparent, type RandomFill } from "./trace-context.js";
