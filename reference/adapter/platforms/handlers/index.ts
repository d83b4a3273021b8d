import { cryptoHandlers } from "../../crypto/index.js";
import type { EventNormalizer } from "../../handler-adapter.js";
import { portableHandlers, portableNormalizers } from "../../handlers/index.js";
import { inputNormalizers, inputOpenHandler, screenHandlers, surfaceHandlers } from "../../ui/index.js";
import { ioDirectoryCreate } from "./io-directory-create.js";
import { ioDirectoryList } from "./io-directory-list.js";
import { ioDirectoryRemove } from "./io-directory-remove.js";
import { ioFileOpenRead } from "./io-file-open-read.js";
import { ioFileOpenWrite } from "./io-file-open-write.js";
import { ioFileRead } from "./io-file-read.js";
import { ioFileReadAt } from "./io-file-read-at.js";
import { ioFileRemove } from "./io-file-remove.js";
import { ioFileSeek } from "./io-file-seek.js";
import { ioFileSetSize } from "./io-file-set-size.js";
import { ioFileSize } from "./io-file-size.js";
import { ioFileSync } from "./io-file-sync.js";
import { ioFileWrite } from "./io-file-write.js";
import { ioFileWriteAt } from "./io-file-write-at.js";
import { ioPathRename } from "./io-path-rename.js";
import { ioPathStat } from "./io-path-stat.js";
import { ioStderrWrite } from "./io-stderr-write.js";
import { ioStdinRead } from "./io-stdin-read.js";
import { ioStdoutWrite } from "./io-stdout-write.js";
import { netHttpOpen } from "./net-http-open.js";
import { netHttpRead } from "./net-http-read.js";
import { netHttpRequest } from "./net-http-request.js";
import { netNameLookup } from "./net-name-lookup.js";
import { netTcpAccept } from "./net-tcp-accept.js";
import { netTcpEnd } from "./net-tcp-end.js";
import { netTcpListen } from "./net-tcp-listen.js";
import { netTcpOpen } from "./net-tcp-open.js";
import { netTcpRead } from "./net-tcp-read.js";
import { netTcpWrite } from "./net-tcp-write.js";
import { netUdpListen } from "./net-udp-listen.js";
import { netUdpOpen } from "./net-udp-open.js";
import { netUdpReceive } from "./net-udp-receive.js";
import { netUdpSend } from "./net-udp-send.js";
import { netWebsocketClose } from "./net-websocket-close.js";
import { netWebsocketOpen } from "./net-websocket-open.js";
import { netWebsocketReceive } from "./net-websocket-receive.js";
import { netWebsocketSendBytes } from "./net-websocket-send-bytes.js";
import { netWebsocketSendText } from "./net-websocket-send-text.js";
import type { NodeHandler } from "./node-handler.js";
import { procArguments } from "./proc-arguments.js";
import { procEnvironmentGet } from "./proc-environment-get.js";
import { procEnvironmentList } from "./proc-environment-list.js";
import { procProcessEndInput } from "./proc-process-end-input.js";
import { procProcessRead } from "./proc-process-read.js";
import { procProcessSignal } from "./proc-process-signal.js";
import { procProcessStart } from "./proc-process-start.js";
import { procProcessWait } from "./proc-process-wait.js";
import { procProcessWrite } from "./proc-process-write.js";
import { procSignalReceived } from "./proc-signal-received.js";
import { procSignalsOpen } from "./proc-signals-open.js";

/**
 * Every instruction that Node can do, those of its own in the order of the table `instructions`. A new one is a file and
 * a line here.
 *
 * @spec instructions.all-categories
 */
export const nodeHandlers: readonly NodeHandler[] = [
  ioFileOpenRead,
  ioFileOpenWrite,
  ioFileRead,
  ioFileWrite,
  ioFileReadAt,
  ioPathStat,
  ioDirectoryList,
  ioDirectoryCreate,
  ioFileRemove,
  ioDirectoryRemove,
  ioPathRename,
  ioFileWriteAt,
  ioFileSeek,
  ioFileSize,
  ioStdinRead,
  ioStdoutWrite,
  ioStderrWrite,
  ioFileSetSize,
  ioFileSync,
  netHttpRequest,
  netHttpOpen,
  netHttpRead,
  netWebsocketOpen,
  netWebsocketSendText,
  netWebsocketSendBytes,
  netWebsocketReceive,
  netWebsocketClose,
  netTcpOpen,
  netTcpRead,
  netTcpWrite,
  netTcpEnd,
  netUdpOpen,
  netUdpSend,
  netUdpReceive,
  netNameLookup,
  netTcpListen,
  netTcpAccept,
  netUdpListen,
  procArguments,
  procEnvironmentGet,
  procEnvironmentList,
  procSignalsOpen,
  procProcessStart,
  procProcessWrite,
  procProcessEndInput,
  procProcessRead,
  procProcessWait,
  procProcessSignal,
  ...surfaceHandlers,
  ...screenHandlers,
  inputOpenHandler,
  ...cryptoHandlers,
  ...portableHandlers,
];

/** Every kind of event that Node can raise. */
export const nodeNormalizers: readonly EventNormalizer[] = [
  procSignalReceived,
  ...inputNormalizers,
  ...portableNormalizers,
];
