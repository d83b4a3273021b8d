// @drone-drivers/dji-fc: the flight controller of a drone that cruises at 10 m/s, simulated.

import { serve, tell, Tlv } from "../library/part";
import { FlightController } from "../library/flight_controller";
import { settingText } from "../library/values";

export { fayger_alloc, fayger_on_event } from "../library/part";

export function run(): void {
  const model = settingText("/config/model", "");
  serve(new FlightController("flight_controller", "flight controller DJI" + (model == "" ? "" : " " + model), 10, 4));
  // Without a hub nobody has to know that it is there.
  tell("device_driver_hub.register", [Tlv.text("flight_controller")]);
}
