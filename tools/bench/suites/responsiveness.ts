import { hostTaskScheduler } from "../../../reference/runtime/host-engine/index.js";
import { numberedIds } from "../../../reference/runtime/instance-ids.js";
import { createInterpreter } from "../../../reference/runtime/interpreter/index.js";
import { answerHostilely, HOSTILE_PROGRAMS } from "../../../reference/runtime/testing/hostile-programs.js";
import { EventLog, TestBus } from "../../../reference/runtime/testing/test-host.js";
import type { Figure, Measurement, Suite } from "../race.js";

/** How long each program, and the host alone, is watched. */
const WATCHED_MS = 150;
/** Longest that a host may keep the others waiting. */
const LONGEST_PAUSE_MS = 50;

/** What a host that runs hostile programs still answers, and how late. */
export const responsivenessSuite: Suite = {
  name: "responsiveness",
  about: "the longest pause of the host while hostile programs run in the interpreter, against an idle host",
  races: () => [],
  measurements: () => [pauses()],
};

function pauses(): Measurement {
  return {
    name: `${HOSTILE_PROGRAMS.length} hostile programs, one after another`,
    run: async (): Promise<readonly Figure[]> => {
      // Once before it counts: engines compile, and memory is asked of the operating system.
      for (const { object } of HOSTILE_PROGRAMS) await pauseBeside(object, 20);
      const idle = await longestPause(WATCHED_MS);
      let worst = { what: "", pause: 0 };
      for (const { what, object } of HOSTILE_PROGRAMS) {
        const pause = await pauseBeside(object, WATCHED_MS);
        if (pause > worst.pause) worst = { what, pause };
      }
      return [
        { what: "idle host", value: idle, unit: "ms" },
        { what: `longest pause: ${worst.what}`, value: worst.pause, unit: "ms", atMost: LONGEST_PAUSE_MS },
        { what: "longest pause / idle host", value: worst.pause / idle, unit: "times" },
      ];
    },
  };
}

/** The longest pause of the host while one program runs. */
async function pauseBeside(object: (typeof HOSTILE_PROGRAMS)[number]["object"], watched: number): Promise<number> {
  const implementation = createInterpreter({
    bus: new TestBus(answerHostilely),
    events: new EventLog(),
    clock: { unixNanoseconds: () => 0n, monotonicNanoseconds: () => process.hrtime.bigint() },
    ids: numberedIds(),
    scheduler: hostTaskScheduler(),
  });
  const id = implementation.load(object);
  const running = implementation.init(id).then(() => implementation.start(id));
  const pause = longestPause(watched);
  // A program that is refused has been watched all the same.
  await running.catch(() => undefined);
  const longest = await pause;
  await implementation.terminate(id).catch(() => undefined);
  return longest;
}

/** The longest time between two turns of the host's own work, in milliseconds. */
async function longestPause(watched: number): Promise<number> {
  const end = performance.now() + watched;
  let longest = 0;
  for (let before = performance.now(); before < end; ) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    const now = performance.now();
    longest = Math.max(longest, now - before);
    before = now;
  }
  return longest;
}
