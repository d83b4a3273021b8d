import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { HOST_ERROR_NUMBERS } from "../generated/enums/host-error.js";
import { ERROR_CODES } from "../generated/errors/error-code.js";
import type { AssemblyOptions } from "./assembly/session/index.js";
import { ManualTime } from "./assembly/session/testing/manual-time.js";
import { type PuppetShow, puppetCode } from "./assembly/session/testing/puppets.js";
import { Stage, texts } from "./assembly/session/testing/stage.js";
import type { IFay } from "./node.js";
import { guestModule } from "./runtime/testing/guest-module.js";

/** The instruction of WebAssembly that traps. */
const UNREACHABLE = 0x00;

let time: ManualTime;
let stage: Stage;
/** Called with every event of the assembly that is heard. */
let hear: (name: string, fields: Readonly<Record<string, unknown>>) => void;

beforeAll(async () => {
  await puppetCode();
}, 60_000);

beforeEach(async () => {
  time = new ManualTime();
  hear = () => {};
  stage = await Stage.open({ services: { clock: time, timers: time } });
  stage.fayger.events.subscribe(({ name, fields }) => hear(name, fields), { categories: ["assembly"] });
});

/** Resolves when an action has come to its part. */
function begun(action: string): Promise<void> {
  return new Promise((resolve) => {
    hear = (name, fields) => {
      if (name === "action_started" && fields["action"] === action) resolve();
    };
  });
}

async function playing(show: PuppetShow, options: AssemblyOptions, play: (iFay: IFay) => Promise<void>): Promise<void> {
  const iFay = await stage.fayger.assemble(await stage.load(show), options);
  await play(iFay);
  await iFay.end();
  await iFay.done;
  expect(stage.alive).toEqual([]);
  expect(stage.unanswered).toEqual([]);
  // Nothing is left that would keep a process from its end.
  expect(time.waiting).toBe(0);
}

const LATE = `registered_skill.list=${ERROR_CODES.ADP_HOST_CALL_FAILED.number}/${HOST_ERROR_NUMBERS.timed_out}`;
/** An action that the table does not have. */
const FLIGHT = [{ name: "flight", skill: "flight" }];
const SILENT: PuppetShow = {
  parts: {
    registered_skill: { script: { list: ["keep"] } },
    internal_skill: { script: { list: ["call registered_skill.list", "answer"] } },
  },
};

describe("a call that its part does not answer", () => {
  // @spec assembly.calls.unanswered
  it("is answered for it when a minute is over, and whoever waited for it goes on", async () => {
    await playing(SILENT, {}, async (iFay) => {
      const waits = begun("registered_skill.list");
      const command = iFay.command("internal_skill.list");
      await waits;
      time.pass(59_999);
      expect(stage.heard("action_ended").filter(({ outcome }) => outcome === "failed")).toEqual([]);
      time.pass(1);
      // The call around it was waiting itself, and so is not late.
      expect(texts((await command).output)).toEqual([LATE]);
      expect(stage.heard("action_ended").filter(({ outcome }) => outcome === "failed")).toMatchObject([
        { action: "registered_skill.list", host_error: "timed_out" },
      ]);
    });
  });

  // @spec assembly.calls.unanswered
  it("is waited for as long as the host says, if that is a time at all", async () => {
    const object = await stage.load(SILENT);
    for (const answerMilliseconds of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      const refused = stage.fayger.assemble(object, { answerMilliseconds });
      await expect(refused).rejects.toThrow("answerMilliseconds: expected milliseconds, 0 or more");
      await expect(refused).rejects.toThrow(TypeError);
    }
    await playing(SILENT, { answerMilliseconds: 0.5 }, async (iFay) => {
      const waits = begun("registered_skill.list");
      const command = iFay.command("registered_skill.list");
      await waits;
      time.pass(1);
      expect(await command).toMatchObject({ outcome: "failed", hostError: "timed_out" });
    });
  });

  // @spec assembly.calls.unanswered, assembly.calls.cause
  it("is a command that failed, with its cause, after the time that the host allows", async () => {
    await playing(SILENT, { answerMilliseconds: 5 }, async (iFay) => {
      const waits = begun("registered_skill.list");
      const command = iFay.command("registered_skill.list");
      await waits;
      time.pass(5);
      expect(await command).toEqual({ outcome: "failed", output: [], hostError: "timed_out" });
      // What came of one command says nothing about the next.
      expect(await iFay.command("fay_id.identify")).toEqual({
        outcome: "done",
        output: [{ type: "text", value: "fay-of-puppets" }],
      });
    });
  });

  // @spec assembly.calls.unanswered, assembly.calls.unanswerable
  it("cannot be answered any more", async () => {
    const parts = { registered_skill: { script: { list: ["keep"], flight: ["release", "answer"] }, actions: FLIGHT } };
    await playing({ parts }, {}, async (iFay) => {
      const waits = begun("registered_skill.list");
      const command = iFay.command("registered_skill.list");
      await waits;
      time.pass(60_000);
      expect((await command).hostError).toBe("timed_out");
      const released = await iFay.command("registered_skill.flight");
      expect(texts(released.output)).toEqual([
        `answer=${ERROR_CODES.ADP_HOST_CALL_FAILED.number}/${HOST_ERROR_NUMBERS.invalid_argument}`,
      ]);
    });
  });

  // @spec assembly.calls.unanswered
  it("waits for ever where the host says so", async () => {
    await playing(SILENT, { answerMilliseconds: 0 }, async (iFay) => {
      const waits = begun("registered_skill.list");
      const command = iFay.command("registered_skill.list");
      await waits;
      expect(time.waiting).toBe(0);
      await iFay.end();
      expect((await command).outcome).toBe("failed");
    });
  });

  // @spec assembly.calls.unanswered
  it("is not late while a person is asked for something that it needs", async () => {
    const show: PuppetShow = {
      controlMode: "ego",
      ego: { modelSource: "m", constraints: { skillBoundaries: { requiresConfirmation: ["flight"] } } },
      parts: {
        ego_model: { plan: ["internal_skill.list"], script: { next: ["pick"] } },
        registered_skill: { actions: FLIGHT },
        internal_skill: { script: { list: ["call registered_skill.flight", "tell", "answer"] } },
      },
    };
    const asked = { confirm: async () => time.pass(600_000) === undefined };
    const iFay = await stage.fayger.assemble(await stage.load(show), asked);
    await iFay.done;
    expect(stage.heard("action_ended").map(({ outcome }) => outcome)).not.toContain("failed");
    expect(stage.heard("action_ended").map(({ action }) => action)).toContain("registered_skill.flight");
  });

  // @spec assembly.calls.unanswered
  it("is not late where it is what comes next", async () => {
    const show: PuppetShow = {
      controlMode: "ego",
      ego: { modelSource: "m" },
      parts: { ego_model: { script: { next: ["keep"] } } },
    };
    const waits = begun("ego_model.next");
    await playing(show, {}, async () => {
      await waits;
      time.pass(86_400_000);
      expect(stage.heard("action_ended").map(({ action }) => action)).not.toContain("ego_model.next");
    });
  });
});

describe("a call whose part failed", () => {
  // @spec assembly.calls.cause
  it("tells with which error", async () => {
    const parts = { registered_skill: { script: { list: ["trap"], flight: ["refuse no_space"] }, actions: FLIGHT } };
    await playing({ parts }, {}, async (iFay) => {
      expect(await iFay.command("registered_skill.flight")).toMatchObject({ outcome: "failed", hostError: "no_space" });
      const cause = { hostError: "unavailable", code: "RT_TRAP" };
      expect(await iFay.command("registered_skill.list")).toEqual({ outcome: "failed", output: [], ...cause });
      expect(stage.heard("action_ended").slice(-2)).toMatchObject([
        { outcome: "refused", host_error: "no_space" },
        { outcome: "failed", host_error: "unavailable", code: cause.code },
      ]);
      // It is not there any more, and that is all that is known of it now.
      const gone = await iFay.command("registered_skill.list");
      expect(gone).toEqual({ outcome: "failed", output: [], hostError: "unavailable" });
    });
  });
});

describe("a part that fails while nobody calls it", () => {
  const failedParts = (): unknown[] => stage.heard("part_failed");

  // @spec assembly.parts.failed
  it("is told with its error, when it has answered what it was asked, and the others go on", async () => {
    const parts = { registered_skill: { script: { list: ["answer", "trap"] } } };
    await playing({ parts }, {}, async (iFay) => {
      const failed = new Promise<void>((resolve) => {
        hear = (name) => void (name === "part_failed" && resolve());
      });
      expect(await iFay.command("registered_skill.list")).toMatchObject({ outcome: "done" });
      await failed;
      expect(failedParts()).toEqual([
        { part: "registered_skill", code: "RT_TRAP", message: expect.stringMatching(/unreachable/) },
      ]);
      expect(await iFay.command("fay_id.identify")).toMatchObject({ outcome: "done" });
    });
  });

  // @spec assembly.parts.failed
  it("is told before its calls are answered, and where it falls while the others are being started", async () => {
    const code = guestModule({ functions: { run: { code: [UNREACHABLE] } } });
    const parts = { sensor: { code }, registered_skill: { script: { list: ["trap"] } } };
    await playing({ parts }, {}, async (iFay) => {
      await iFay.command("registered_skill.list");
      expect(failedParts()).toMatchObject([{ part: "sensor" }, { part: "registered_skill" }]);
      const names = stage.events.map(({ name }) => name);
      expect(names.lastIndexOf("part_failed")).toBeLessThan(names.lastIndexOf("action_ended"));
      expect(iFay.result.errors).toMatchObject([{ code: "RT_TRAP" }]);
    });
  });

  // @spec assembly.parts.failed, quotas.grant
  it("is told where a quota ends it, and not where it ends by itself or with the iFay", async () => {
    stage = await Stage.open({ policy: { capabilities: [], quotas: { fuel: 200_000 } } });
    const parts = { sensor: { begin: ["loop"] }, registered_skill: { begin: ["exit"] } };
    await playing({ parts }, {}, async (iFay) => {
      await expect.poll(failedParts).toMatchObject([{ part: "sensor", code: "RT_QUOTA_EXCEEDED" }]);
      expect(await iFay.command("registered_skill.list")).toMatchObject({ hostError: "unavailable" });
    });
    expect(failedParts()).toHaveLength(1);
  });
});
