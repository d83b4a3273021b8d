// @drone-drivers/gimbal-generic: a gimbal with a camera on it, simulated. It turns as far as a gimbal does, and a photograph
// is known by its number and by what it was taken of.

import { call, HostError, Part, report, serve, tell, Tlv } from "../library/part";
import { numberAt, textAt, whole } from "../library/values";
import { takeState } from "../library/world";

export { fayger_alloc, fayger_on_event } from "../library/part";

class Gimbal extends Part {
  private pitch: f64 = 0;
  private yaw: f64 = 0;
  private photographs: u64 = 0;

  act(action: string, input: Array<Tlv>): Array<Tlv> {
    if (action == "describe") return [Tlv.text("gimbal with a camera")];
    if (action == "point") return this.point(numberAt(input, 0, NaN), numberAt(input, 1, this.yaw));
    if (action == "photograph") return this.photograph(textAt(input, 0, "the ground"));
    return this.refuse(HostError.NotFound);
  }

  private point(pitch: f64, yaw: f64): Array<Tlv> {
    if (!(pitch >= -90 && pitch <= 30 && yaw >= -180 && yaw <= 180)) return this.refuse(HostError.InvalidArgument);
    this.pitch = pitch;
    this.yaw = yaw;
    report("pointing " + whole(Math.abs(pitch)) + " degrees " + (pitch > 0 ? "up" : "down"));
    return [Tlv.f64(pitch), Tlv.f64(yaw)];
  }

  private photograph(subject: string): Array<Tlv> {
    const told = call("flight_controller.state");
    if (!told.ok) return this.pass(told);
    const state = takeState(told.output);
    this.photographs += 1;
    const number = this.photographs.toString();
    report("click: photograph " + number + ", " + subject + " from " + whole(state.altitude) + " m");
    return [Tlv.u64(this.photographs), Tlv.text(subject), Tlv.f64(state.east), Tlv.f64(state.north)];
  }
}

export function run(): void {
  serve(new Gimbal("gimbal"));
  tell("device_driver_hub.register", [Tlv.text("gimbal")]);
}
