import type { EventNormalizer } from "../../handler-adapter.js";
import { ioClose } from "./io-close.js";
import { ioDirectoryCreate } from "./io-directory-create.js";
import { ioDirectoryList } from "./io-directory-list.js";
import { ioDirectoryRemove } from "./io-directory-remove.js";
import { ioFileOpenRead } from "./io-file-open-read.js";
import { ioFileOpenWrite } from "./io-file-open-write.js";
import { ioFileRead } from "./io-file-read.js";
import { ioFileReadAt } from "./io-file-read-at.js";
import { ioFileRemove } from "./io-file-remove.js";
import { ioFileWrite } from "./io-file-write.js";
import { ioPathRename } from "./io-path-rename.js";
import { ioPathStat } from "./io-path-stat.js";
import { ioStderrWrite } from "./io-stderr-write.js";
import { ioStdinRead } from "./io-stdin-read.js";
import { ioStdoutWrite } from "./io-stdout-write.js";
import { netHttpRequest } from "./net-http-request.js";
import type { NodeHandler } from "./node-handler.js";
import { randomRandomBytes } from "./random-random-bytes.js";
import { timeClockMonotonic } from "./time-clock-monotonic.js";
import { timeClockWall } from "./time-clock-wall.js";
import { timeSleep } from "./time-sleep.js";
import { timeTimerFired } from "./time-timer-fired.js";
import { timeTimerStart } from "./time-timer-start.js";

/** Every instruction that Node can do, in the order of the table `instructions`. A new one is a file and a line here. */
export const nodeHandlers: readonly NodeHandler[] = [
  ioFileOpenRead,
  ioFileOpenWrite,
  ioFileRead,
  ioFileWrite,
  ioFileReadAt,
  ioClose,
  ioPathStat,
  ioDirectoryList,
  ioDirectoryCreate,
  ioFileRemove,
  ioDirectoryRemove,
  ioPathRename,
  ioStdinRead,
  ioStdoutWrite,
  ioStderrWrite,
  netHttpRequest,
  timeClockWall,
  timeClockMonotonic,
  timeSleep,
  timeTimerStart,
  randomRandomBytes,
];

/** Every kind of event that Node can raise. */
export const nodeNormalizers: readonly EventNormalizer[] = [timeTimerFired];
