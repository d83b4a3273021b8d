import { describe, expect, it } from "vitest";
import { CAPABILITY_NAMES } from "../../../generated/capabilities.js";
import { INSTRUCTION_CATEGORY_NAMES } from "../../../generated/enums/instruction-category.js";
import { INSTRUCTIONS } from "../../../generated/instructions/instruction-table.js";
import type { PlatformAdapter } from "../../contracts/platform-adapter.js";
import { createInAppAdapter } from "../in-app-adapter.js";
import { createInstructionBus } from "../instruction-bus.js";
import { encodeSample } from "../testing/bus-fixture.js";
import { type HostCalls, spiedAdapter, violationsOfNoHostCall } from "../testing/no-host-call.js";
import { createNativeDesktopAdapter } from "./native-desktop.js";
import { createServerAdapter } from "./server.js";
import { createBrowserAdapter } from "./web/index.js";

/** Every adapter that this process can make. */
const ADAPTERS: readonly (readonly [id: string, make: () => PlatformAdapter])[] = [
  ["server", () => createServerAdapter()],
  ["native_desktop", () => createNativeDesktopAdapter()],
  ["browser", () => createBrowserAdapter()],
  ["in_app", () => createInAppAdapter({ functions: { echo: (input) => input }, topics: ["news"] })],
];

describe.each(ADAPTERS)("over %s", (_id, make) => {
  // @spec instructions.bus.no-host-call, instructions.check-order, adapters.translate
  it("no malformed, denied or unsupported instruction reaches the host, whatever its opcode", () => {
    const { violations, tried } = violationsOfNoHostCall(make());
    expect(violations).toEqual([]);
    expect(tried).toBeGreaterThan(INSTRUCTIONS.length * 12);
  });

  it("every other one reaches it, so that the spy would have seen one", () => {
    const calls: HostCalls = { translated: 0, made: 0 };
    const adapter = make();
    const { supportedInstructions } = adapter.descriptor();
    const channel = createInstructionBus({
      adapter: spiedAdapter(adapter, calls, true),
      policy: { capabilities: [...CAPABILITY_NAMES] },
      events: { publish: () => undefined, enabled: () => false },
      clock: { unixNanoseconds: () => 0n, monotonicNanoseconds: () => 0n },
    }).open({
      instance: "instance#1",
      required: CAPABILITY_NAMES,
      optional: [],
      // What the samples name.
      hostFunctions: ["/a"],
      quotas: {},
      deliver: () => undefined,
    });
    for (const row of INSTRUCTIONS) if (supportedInstructions.includes(row.name)) channel.emit(encodeSample(row));
    expect(calls).toEqual({ translated: supportedInstructions.length, made: supportedInstructions.length });
  });
});

// @spec instructions.all-categories
describe("the adapters together", () => {
  const supported = new Set(ADAPTERS.flatMap(([, make]) => make().descriptor().supportedInstructions));

  it.each(Object.values(INSTRUCTION_CATEGORY_NAMES))(
    "do every instruction of the category %s, which has some",
    (category) => {
      const names = INSTRUCTIONS.map(({ name }) => name).filter((name) => name.startsWith(`${category}.`));
      expect(names.length).toBeGreaterThan(0);
      expect(names.filter((name) => !supported.has(name))).toEqual([]);
    },
  );
});
