// @drone-drivers/fc-generic: the flight controller of any small drone, which cruises at 8 m/s, simulated.

import { serve, tell, Tlv } from "../library/part";
import { FlightController } from "../library/flight_controller";

export { fayger_alloc, fayger_on_event } from "../library/part";

export function run(): void {
  serve(new FlightController("flight_controller", "flight controller", 8, 3));
  tell("device_driver_hub.register", [Tlv.text("flight_controller")]);
}
