import { COMPONENTS } from "../../../../generated/enums/component-id.js";

/** A FayManifest as an object of the program. */
export type Fay = Readonly<Record<string, unknown>>;

/** The smallest FayManifest, with other members. */
export function fayWith(members: Fay = {}): Fay {
  return {
    name: "small",
    version: "1.0.0",
    description: "",
    vendor: "",
    modules: [],
    protocols: [],
    controlMode: "command",
    ...members,
  };
}

/** A FayManifest that declares components by their ids, each where it belongs, in this order. */
export function declaring(ids: readonly string[], members: Fay = {}): Fay {
  const isProtocol = (id: string): boolean => COMPONENTS.some((row) => row.id === id && row.group === "protocol");
  return fayWith({
    modules: ids.filter((id) => !isProtocol(id)).map((id) => ({ id })),
    protocols: ids.filter(isProtocol).map((id) => ({ id })),
    ...members,
  });
}

/** The published example of a drone. */
export const DRONE: Fay = {
  name: "drone-controller-ifay",
  version: "1.0.0",
  description: "iFay implementation for drone control",
  vendor: "DroneAI Corp",
  modules: [
    { id: "device_driver_hub", version: "^1.0.0" },
    { id: "sensor", config: { types: ["gps", "imu", "camera", "lidar"] } },
    { id: "invoke_skill", version: "^1.0.0" },
    { id: "registered_skill", config: { preload: ["flight_control", "obstacle_avoidance"] } },
  ],
  protocols: [
    { id: "cap_protocol", config: { targets: ["flight_controller", "gimbal", "camera"] } },
    { id: "dtp_protocol", config: { bandwidth: "high", realtime: true } },
  ],
  controlMode: "ego",
  drivers: [
    {
      name: "DJI Flight Controller",
      type: "device",
      driverPackage: "@drone-drivers/dji-fc",
      config: { model: "A3", firmwareVersion: "^3.0.0" },
    },
    { name: "Gimbal Controller", type: "device", driverPackage: "@drone-drivers/gimbal-generic" },
  ],
  ego: {
    modelSource: "@ego-models/drone-pilot-v1",
    scenarioTags: ["aerial_photography", "inspection", "mapping"],
    constraints: {
      skillBoundaries: { allowed: ["flight", "camera", "navigation"], restricted: ["financial", "social"] },
    },
  },
  permissions: {
    inherent: ["device_control", "sensor_read"],
    persistent: ["flight_plan_execute"],
    authMethods: ["device_fingerprint"],
  },
};

/** Names of the parts of the drone's drivers. */
export const DRONE_DRIVERS = ["flight_controller", "gimbal"] as const;
