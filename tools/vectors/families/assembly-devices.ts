import { DRONE, DRONE_DRIVERS, type Fay } from "../building/fay/examples.js";
import type { Draft, Family } from "../corpus/family.js";
import { call, command, end, scenes, serve } from "./assembly/acts.js";

const CALLS = "assembly.calls";
const WITHIN = "assembly.calls.within";
const CYCLE = "assembly.calls.cycle";
const draft = scenes("assembly-devices", "A device does what it should not, or not what it should.");

const HUB = "device_driver_hub.control";
const CAP = "cap_protocol.control";
const FLY = "flight_controller.fly";
const TURN = "gimbal.turn";
const drivers = DRONE_DRIVERS;
const own = {
  flight_controller: [
    { name: "fly", skill: "flight", permission: "device_control" },
    { name: "plan", skill: "navigation", permission: "flight_plan_execute" },
    { name: "pay", skill: "financial" },
    { name: "state" },
  ],
  gimbal: [
    { name: "turn", skill: "camera", permission: "device_control" },
    { name: "sing", skill: "music" },
  ],
};
const scene = { fay: DRONE, drivers, own, methods: ["device_fingerprint"] };
const inMode = (controlMode: string, members: Fay = {}): Fay => ({ ...DRONE, controlMode, ...members });
/** From the model to the driver: each part calls the next while it serves the one before. */
const CHAIN = [call(HUB, { caller: "ego_model" }), serve(1), call(CAP, { caller: "device_driver_hub" }), serve(2)];

function byHand(): readonly Draft[] {
  return [
    draft("sensor", [CALLS], { ...scene, acts: [call("sensor.read"), call("sensor.calibrate")] }, "A sensor is read."),
    draft(
      "chain",
      [CALLS, WITHIN],
      { ...scene, acts: [...CHAIN, call(FLY, { caller: "cap_protocol" }), call(TURN, { caller: "cap_protocol" })] },
      "Through hub and protocol to the drivers.",
    ),
    draft(
      "directly",
      [CALLS],
      { ...scene, acts: [call(FLY), call(TURN), call("flight_controller.state")] },
      "Or directly.",
    ),
    draft(
      "restricted",
      [CALLS, "assembly.actions.boundaries"],
      { ...scene, acts: [...CHAIN, call("flight_controller.pay", { caller: "cap_protocol" })] },
      "A driver's action is judged as every other.",
    ),
    draft(
      "not-allowed",
      [CALLS, "assembly.actions.boundaries"],
      { ...scene, acts: [call("gimbal.sing"), call(TURN)] },
      "What the boundaries do not list is not allowed.",
    ),
    draft(
      "authenticated",
      [CALLS, "assembly.actions.persistent"],
      {
        ...scene,
        acts: [
          call("flight_controller.plan"),
          call("flight_controller.plan", { proves: ["device_fingerprint"] }),
          call("flight_controller.plan"),
        ],
      },
      "A flight plan needs a proof, once.",
    ),
    draft(
      "unknown",
      [CALLS, "assembly.actions.reply"],
      {
        ...scene,
        acts: ["gimbal.fly", "camera.turn", "driver.fly", "driver/gimbal.turn"].map((action) => call(action)),
      },
      "An action belongs to its driver.",
    ),
    draft(
      "drivers-without-actions",
      [CALLS],
      { fay: DRONE, drivers, acts: [call(FLY), call(HUB)] },
      "A driver has the actions that it declares, and no other.",
    ),
    draft(
      "back-to-the-hub",
      [CYCLE, WITHIN],
      {
        ...scene,
        acts: [
          ...CHAIN,
          call(FLY, { caller: "cap_protocol" }),
          serve(3),
          call(HUB, { caller: "flight_controller" }),
          call("device_driver_hub.list", { caller: "flight_controller" }),
          call(TURN, { caller: "flight_controller" }),
        ],
      },
      "A driver cannot call the hub that waits for it, and can call another driver.",
    ),
    draft(
      "back-when-answered",
      [CYCLE, WITHIN],
      {
        ...scene,
        acts: [
          ...CHAIN,
          call(FLY, { caller: "cap_protocol" }),
          serve(3),
          end(3),
          call(HUB, { caller: "flight_controller" }),
        ],
      },
      "When it has answered it can.",
    ),
    draft(
      "several-drivers",
      [CALLS],
      {
        ...scene,
        acts: [...CHAIN, ...[FLY, TURN, FLY].map((action) => call(action, { caller: "cap_protocol" })), end(3), end(4)],
      },
      "A part may have several calls open.",
    ),
    draft(
      "command",
      [CALLS, "assembly.actions.command"],
      {
        ...scene,
        fay: inMode("command"),
        acts: [
          call(HUB),
          command(HUB),
          call(HUB),
          serve(2),
          call(CAP, { caller: "device_driver_hub" }),
          serve(3),
          call(FLY, { caller: "cap_protocol" }),
          end(4),
          end(3),
          end(2),
          call(FLY),
        ],
      },
      "One command reaches the driver through all of them, once.",
    ),
    draft(
      "autonomous",
      [CALLS, "assembly.actions.boundaries"],
      { ...scene, fay: inMode("autonomous"), acts: [call(FLY), call("flight_controller.pay"), call("gimbal.sing")] },
      "What acts of its own accord is bounded as a model is.",
    ),
    draft(
      "permission-missing",
      [CALLS, "assembly.actions.permission"],
      {
        ...scene,
        fay: inMode("ego", { permissions: { inherent: ["sensor_read"] } }),
        acts: [call(HUB), call(FLY), call("sensor.read")],
      },
      "Without the permission no device is controlled.",
    ),
    draft(
      "dtp",
      [CALLS],
      { ...scene, acts: [call("dtp_protocol.transfer", { caller: "sensor" }), call("device_driver_hub.list")] },
      "What only asks is never refused.",
    ),
  ];
}

/** Devices: calls through protocol, hub and driver. */
export const assemblyDevices: Family = { name: "assembly-devices", drafts: byHand };
