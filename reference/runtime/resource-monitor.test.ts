import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { QUOTAS } from "../../generated/enums/quota-name.js";
import { RUNTIME_CAPABILITIES, type RuntimeCapability } from "../../generated/enums/runtime-capability.js";
import { DEFAULT_QUOTAS, effectiveQuotas } from "./resource-monitor.js";

const all: ReadonlySet<RuntimeCapability> = new Set(RUNTIME_CAPABILITIES);

describe("effective quotas", () => {
  // @spec quotas.effective, quotas.default, quotas.manifest
  it("are the lower of manifest and host, and a default where the manifest is silent", () => {
    const bound = fc.option(fc.nat(2000), { nil: undefined });
    fc.assert(
      fc.property(bound, bound, bound, bound, (fuel, hostFuel, pending, hostPending) => {
        const effective = effectiveQuotas(
          { ...(fuel === undefined ? {} : { fuel }), ...(pending === undefined ? {} : { maxPendingEvents: pending }) },
          {
            ...(hostFuel === undefined ? {} : { fuel: hostFuel }),
            ...(hostPending === undefined ? {} : { max_pending_events: hostPending }),
          },
          all,
        );
        const bothFuel = [fuel, hostFuel].filter((value) => value !== undefined);
        expect(effective.fuel).toBe(bothFuel.length === 0 ? undefined : Math.min(...bothFuel));
        const byDefault = DEFAULT_QUOTAS.max_pending_events as number;
        expect(effective.max_pending_events).toBe(
          Math.min(pending ?? byDefault, hostPending ?? Number.POSITIVE_INFINITY),
        );
      }),
    );
  });

  it("leave out what the implementation cannot hold", () => {
    const host = Object.fromEntries(QUOTAS.map((row) => [row.name, 7]));
    expect(Object.keys(effectiveQuotas(undefined, host, new Set()))).toEqual(
      QUOTAS.filter((row) => row.implies === null).map((row) => row.name),
    );
    expect(Object.keys(effectiveQuotas(undefined, host, all))).toEqual(QUOTAS.map((row) => row.name));
  });
});
