import { beforeAll, describe, expect, it } from "vitest";
import { HOST_ERROR_NUMBERS, type HostError } from "../generated/enums/host-error.js";
import { ERROR_CODES } from "../generated/errors/error-code.js";
import type { Tlv } from "../generated/instructions/tlv.js";
import { type PuppetShow, puppetCode } from "./assembly/session/testing/puppets.js";
import { Stage, texts } from "./assembly/session/testing/stage.js";
import type { IFay } from "./node.js";

let stage: Stage;
beforeAll(async () => {
  await puppetCode();
  stage = await Stage.open();
}, 60_000);

const own = (...names: string[]) => names.sort().map((name) => ({ name }));

/** What a part notes of a call that failed. */
function failed(action: string, hostError: HostError, code: "ADP_HOST_CALL_FAILED" | "ADP_POLICY_DENIED"): string {
  return `${action}=${ERROR_CODES[code].number}/${HOST_ERROR_NUMBERS[hostError]}`;
}

/** Have an iFay do one thing after another, and end it. */
async function playing(show: PuppetShow, play: (iFay: IFay) => Promise<void>): Promise<void> {
  stage.forget();
  const iFay = await stage.fayger.assemble(await stage.load(show));
  await play(iFay);
  await iFay.end();
  await iFay.done;
  expect(stage.alive).toEqual([]);
  expect(stage.unanswered).toEqual([]);
}

const said = async (iFay: IFay, action: string, input: readonly Tlv[] = []): Promise<string[]> => {
  const { outcome, output } = await iFay.command(action, input);
  return [outcome, ...texts(output)];
};

describe("calls", () => {
  // @spec assembly.calls, assembly.calls.policy
  it("are all that a part can do, whatever the host's policy allows others", async () => {
    const rich = await Stage.open({ policy: { capabilities: ["host.call", "io.stdio"] } });
    const parts = { registered_skill: { script: { list: ["print", "answer"] } } };
    const iFay = await rich.fayger.assemble(await rich.load({ parts }));
    const notes = await said(iFay, "registered_skill.list");
    expect(notes).toEqual(["done", `print=${ERROR_CODES.ADP_CAPABILITY_DENIED.number}`]);
    await iFay.end();
    expect(rich.alive).toEqual([]);
  });

  // @spec assembly.calls.delivery, assembly.calls.answer
  it("reach their part with their input, and bring its answer back", async () => {
    const input: Tlv[] = [
      { type: "list", value: [{ type: "list", value: [{ type: "list", value: [{ type: "i64", value: -1n }] }] }] },
      { type: "bytes", value: new Uint8Array(10_000) },
    ];
    await playing({ parts: { registered_skill: {} } }, async (iFay) => {
      expect(await iFay.command("registered_skill.list", input)).toEqual({ outcome: "done", output: input });
    });
  });

  // @spec assembly.calls.answer
  it("are refused by their part with a host error, which who called hears", async () => {
    const script = { list: ["refuse timed_out"], bad: ["refuse nonsense", "answer"] };
    const caller = { script: { list: ["call registered_skill.list", "call registered_skill.bad", "answer"] } };
    const parts = { registered_skill: { script, actions: own("bad") }, internal_skill: caller };
    await playing({ parts }, async (iFay) => {
      const notes = await said(iFay, "internal_skill.list");
      expect(notes).toEqual([
        "done",
        failed("registered_skill.list", "timed_out", "ADP_HOST_CALL_FAILED"),
        "registered_skill.bad=0",
        failed("refuse", "invalid_argument", "ADP_HOST_CALL_FAILED"),
      ]);
      expect(stage.heard("action_ended").map(({ outcome }) => outcome)).toEqual(["done", "refused", "done", "done"]);
      // @spec assembly.calls.cause
      expect(stage.heard("action_ended").map(({ host_error }) => host_error)).toEqual([
        undefined,
        "timed_out",
        undefined,
        undefined,
      ]);
    });
  });

  // @spec assembly.calls.unanswerable
  it("are answered by nobody else, not twice, and not before they are handed over", async () => {
    const thief = { script: { list: ["steal 2", "steal 99", "answer", "answer", "steal 0"] } };
    // The second call waits behind the first, whose program is busy with a call of its own.
    const parts = {
      internal_skill: thief,
      registered_skill: { script: { list: ["start internal_skill.list", "echo"] }, actions: own("keep") },
    };
    await playing({ parts }, async (iFay) => {
      const wrong = failed("answer", "invalid_argument", "ADP_HOST_CALL_FAILED");
      expect(await said(iFay, "registered_skill.list")).toEqual(["done"]);
      expect(await said(iFay, "internal_skill.list")).toEqual(["done", wrong, wrong]);
    });
  });

  // @spec assembly.calls.ended
  it("to a part that has ended, or ends before it answers, are unavailable", async () => {
    const gone = failed("registered_skill.list", "unavailable", "ADP_HOST_CALL_FAILED");
    for (const step of ["exit", "trap"]) {
      const parts = {
        registered_skill: { script: { list: [step] } },
        internal_skill: { script: { list: ["call registered_skill.list", "call registered_skill.list", "answer"] } },
      };
      await playing({ parts }, async (iFay) => {
        expect(await said(iFay, "internal_skill.list")).toEqual(["done", gone, gone]);
      });
    }
    const parts = {
      registered_skill: { deaf: true },
      internal_skill: { script: { list: ["call registered_skill.list", "answer"] } },
    };
    await playing({ parts }, async (iFay) => {
      expect(await said(iFay, "internal_skill.list")).toEqual(["done", gone]);
    });
  });

  // @spec assembly.calls.topic
  it("to parts of later steps wait until these are there", async () => {
    const fay_id = { begin: ["call registered_skill.list"], script: { identify: ["answer"] } };
    await playing({ parts: { fay_id, registered_skill: {} } }, async (iFay) => {
      expect(iFay.result.fayId).toBeUndefined();
      expect(stage.heard("action_ended")[0]).toMatchObject({ action: "registered_skill.list", outcome: "done" });
    });
    // Where they never come, nobody waits any more.
    const parts = { fay_id, registered_skill: { code: new Uint8Array(1) } };
    stage.forget();
    await expect(stage.fayger.run(await stage.load({ parts }))).rejects.toMatchObject({ code: "RT_ASSEMBLY_FAILED" });
    expect([stage.alive, stage.unanswered]).toEqual([[], []]);
  });

  // @spec assembly.calls.order, assembly.calls.topic
  it("wait until their part has subscribed, and reach it in their order, each when it was called with the one before", async () => {
    const first = {
      script: { list: ["start registered_skill.a", "start registered_skill.b", "start registered_skill.c", "answer"] },
    };
    const keeper = { script: { a: ["keep"], b: ["keep"], c: ["release", "answer"] }, actions: own("a", "b", "c") };
    await playing({ parts: { internal_skill: first, registered_skill: keeper } }, async (iFay) => {
      await iFay.command("internal_skill.list");
      await iFay.command("registered_skill.list");
      const started = stage.heard("action_started").map(({ action }) => action);
      expect(started.filter((action) => String(action).endsWith("skill.a"))).toHaveLength(1);
      const ended = stage.heard("action_ended").map(({ action }) => String(action).split(".")[1]);
      expect(ended.filter((name) => ["a", "b", "c"].includes(name as string))).toEqual(["a", "b", "c"]);
    });
    const listener = { script: { list: ["topic registered_skill", "topic fayger_runtime", "answer"] } };
    await playing({ parts: { internal_skill: listener, registered_skill: {} } }, async (iFay) => {
      const other = failed("topic", "access_denied", "ADP_POLICY_DENIED");
      expect(await said(iFay, "internal_skill.list")).toEqual(["done", other, other]);
    });
  });

  // @spec assembly.calls.within
  it("are part of the call that their part began to serve last, and so commanded where that is", async () => {
    const registered_skill = {
      script: { act: ["call sensor.read", "answer"] },
      actions: [{ name: "act", skill: "acting" }],
    };
    const internal_skill = { script: { list: ["call registered_skill.act", "answer"] } };
    const show = {
      parts: { registered_skill, internal_skill, sensor: {} },
      permissions: { inherent: ["sensor_read"] },
    };
    await playing(show, async (iFay) => {
      expect(await said(iFay, "internal_skill.list")).toEqual(["done", "registered_skill.act=0", "sensor.read=0"]);
      const [, first, second, third] = stage.heard("action_started");
      expect(first).not.toHaveProperty("within");
      expect(second).toMatchObject({ caller: "internal_skill", within: first?.["call"] });
      expect(third).toMatchObject({ caller: "registered_skill", within: second?.["call"] });
    });
  });

  // @spec assembly.calls.cycle
  it("to a part that waits for them are refused, also where it called itself", async () => {
    const parts = {
      registered_skill: {
        script: { list: ["call internal_skill.list", "answer"], self: ["call registered_skill.list", "answer"] },
        actions: own("self"),
      },
      internal_skill: { script: { list: ["call registered_skill.list", "answer"] } },
    };
    await playing({ parts }, async (iFay) => {
      const cycle = failed("registered_skill.list", "would_block", "ADP_POLICY_DENIED");
      expect(await said(iFay, "registered_skill.list")).toEqual(["done", "internal_skill.list=0", cycle]);
      expect(await said(iFay, "registered_skill.self")).toEqual(["done", cycle]);
      expect(stage.heard("action_refused").map(({ reason }) => reason)).toEqual(["call_cycle", "call_cycle"]);
    });
  });

  // @spec assembly.calls.deadlock
  it("are refused where two programs would wait for each other, whoever called first", async () => {
    // Both are part of nothing that the other has begun.
    const fay_id = { script: { identify: ["call registered_skill.list", "answer"] } };
    const registered_skill = { begin: ["call fay_id.identify"], script: { list: ["echo"] } };
    await playing({ parts: { fay_id, registered_skill } }, async () => {
      const refused = stage.heard("action_refused").map(({ reason }) => reason);
      expect(new Set(refused)).toEqual(new Set(["call_cycle"]));
    });
  });

  // @spec assembly.calls.handles
  it("carry no handles, and a call whose answer holds one stays open", async () => {
    const parts = {
      registered_skill: { script: { list: ["handle internal_skill.list", "answer"] } },
      internal_skill: { script: { list: ["grip", "say fine"] } },
    };
    await playing({ parts }, async (iFay) => {
      const wrong = failed("handle", "invalid_argument", "ADP_HOST_CALL_FAILED");
      expect(await said(iFay, "registered_skill.list")).toEqual(["done", wrong]);
      expect(await said(iFay, "internal_skill.list")).toEqual(["done", "fine"]);
      expect(() => iFay.command("fay_id.identify", [{ type: "handle", value: 1 }])).toThrow(TypeError);
    });
  });
});

describe("the assembly service", () => {
  // @spec assembly.calls.service, assembly.calls.settings
  it("gives each part its own settings", async () => {
    const config = { a: { "b/c~d": [1, 2.5, "x", [true]] }, none: null, big: 1e300, mixed: [1, {}], "~1": "tilde" };
    const read = (prefix: string, ...pointers: string[]) => ({
      script: { list: [...pointers.map((pointer) => `setting ${prefix}${pointer}`), "answer"] },
    });
    const absent = ["/mixed", "/a/b~1c~0d/00", "/a/b~1c~0d/length", "/toString", "/constructor/name", "a", "/a/~2"];
    const pointers = ["/a/b~1c~0d", "/a", "/none", "/big", "/~01", ...absent];
    const parts = {
      registered_skill: { ...read("", ...pointers), config },
      ifay_profile: { script: { describe: ["setting /name", "setting /vendor", "setting /self", "answer"] } },
      ego_model: { script: { next: ["setting /modelSource", "setting /config/self", "answer"] } },
    };
    const drivers = { gimbal: { script: { tell: ["setting /driverPackage", "answer"] }, actions: own("tell") } };
    await playing({ parts, drivers, ego: { modelSource: "@test/model" } }, async (iFay) => {
      const missing = (pointer: string): string => failed(pointer, "not_found", "ADP_HOST_CALL_FAILED");
      expect(await said(iFay, "registered_skill.list")).toEqual([
        "done",
        "/a/b~1c~0d=0",
        "[i64:1,f64:2.5,x,[bool:true]]",
        missing("/a"),
        missing("/none"),
        "/big=0",
        "f64:1e+300",
        "/~01=0",
        "tilde",
        ...absent.map(missing),
      ]);
      const profile = ["/name=0", "test/puppets", "/vendor=0", "Fayger", "/self=0", "ifay_profile"];
      expect(await said(iFay, "ifay_profile.describe")).toEqual(["done", ...profile]);
      expect(await said(iFay, "gimbal.tell")).toEqual(["done", "/driverPackage=0", "@test/gimbal"]);
      const ego = ["/modelSource=0", "@test/model", "/config/self=0", "ego_model"];
      expect(await said(iFay, "ego_model.next")).toEqual(["done", ...ego]);
    });
  });

  // @spec assembly.calls.service
  it("gives random bytes, shows lines, and refuses what is not as it says", async () => {
    const list = ["random 65536", "random 65537", "report hello", "call fayger_runtime.answer", "answer"];
    await playing({ parts: { registered_skill: { script: { list } } } }, async (iFay) => {
      const wrong = (word: string): string => failed(word, "invalid_argument", "ADP_HOST_CALL_FAILED");
      expect(await said(iFay, "registered_skill.list")).toEqual([
        "done",
        "random=0",
        "u32:65536",
        wrong("random"),
        "report=0",
        wrong("fayger_runtime.answer"),
      ]);
      expect(stage.heard("reported")).toEqual([{ part: "registered_skill", text: "hello" }]);
    });
  });
});
