import { cryptoDigest, cryptoUnseal } from "../../../generated/instructions/crypto.js";
import { ioClose } from "../../../generated/instructions/io.js";
import {
  netHttpOpen,
  netHttpRead,
  netHttpRequest,
  netWebsocketOpen,
  netWebsocketSendText,
} from "../../../generated/instructions/net.js";
import { randomRandomBytes } from "../../../generated/instructions/random.js";
import { timeClockWall, timeSleep, timeTimerStart } from "../../../generated/instructions/time.js";
import { uiNodeCreate, uiSurfaceOpen } from "../../../generated/instructions/ui.js";
import {
  type AdapterConformanceReport,
  checkAdapterConformance,
} from "../../../reference/adapter/conformance/index.js";
import { createBrowserAdapter, createWebHostDetector } from "../../../reference/adapter/platforms/web/index.js";

const NOTHING = new Uint8Array(0);
const HOUR = 3_600_000_000_000n;
/** Milliseconds that are long enough for what comes, on a busy machine too. */
const PATIENCE = 20_000;
/** Milliseconds in which what goes on where it must not has shown itself. */
const QUIET = 100;
const after = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The part of the probe that checks the adapter. */
export const adapterProbe = {
  /**
   * Put the browser adapter through the check for anybody's adapters, in this page.
   *
   * @param http origin of a server to talk to
   * @param ws the same for WebSockets
   */
  async checkAdapter(http: string, ws: string): Promise<AdapterConformanceReport> {
    const get = (path: string): Parameters<typeof netHttpRequest> => ["GET", `${http}${path}`, [], NOTHING];
    return checkAdapterConformance({
      make: () => createBrowserAdapter(),
      host: createWebHostDetector().detect(),
      policy: { network: [http, ws] },
      patience: () => after(PATIENCE),
      quiet: () => after(QUIET),
      exercises: [
        { name: "the wall clock", instruction: timeClockWall() },
        { name: "random bytes", instruction: randomRandomBytes(16) },
        { name: "a digest", instruction: cryptoDigest(1, NOTHING) },
        {
          name: "what is not authentic",
          instruction: cryptoUnseal(48, new Uint8Array(16), new Uint8Array(12), NOTHING, new Uint8Array(16)),
          outcome: "fails",
        },
        { name: "a request", instruction: netHttpRequest(...get("/hello")) },
        {
          name: "a request that pages may not hear",
          instruction: netHttpRequest(...get("/no-cors")),
          outcome: "fails",
        },
        { name: "a request without an answer", instruction: netHttpRequest(...get("/silent")), outcome: "waits" },
        {
          name: "an answer",
          instruction: netHttpOpen(...get("/hello")),
          use: (handle) => netHttpRead(handle, 1),
          close: ioClose,
        },
        {
          name: "a WebSocket",
          instruction: netWebsocketOpen(`${ws}/`, []),
          use: (handle) => netWebsocketSendText(handle, "hello"),
          close: ioClose,
        },
        { name: "a sleep", instruction: timeSleep(HOUR), outcome: "waits" },
        { name: "a timer", instruction: timeTimerStart(1_000_000n, 1_000_000n), close: ioClose, events: 2 },
        {
          name: "a surface",
          instruction: uiSurfaceOpen("Surface"),
          use: (handle) => uiNodeCreate(handle, handle, 1),
          close: ioClose,
        },
      ],
    });
  },
};
