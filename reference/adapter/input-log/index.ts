/**
 * Input logs: what comes into a program is written down, and repeated without a host.
 *
 * @module input-log
 */
export type { ReplayCommands } from "./command-queue.js";
export {
  checkQuotas,
  checkSubject,
  type InputLogContent,
  type InputLogSubject,
  type QuotaBounds,
  readInputLog,
} from "./input-log-document.js";
export { InputRecorder } from "./recorder.js";
export { InputReplayer, type InputReplayerOptions } from "./replayer.js";
export { type ChannelTap, TappedBus } from "./tapped-bus.js";
export { noticedQuotas } from "./write-input-log.js";
