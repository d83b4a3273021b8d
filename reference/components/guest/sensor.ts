// sensor: what a sensor measures now. The measurements are of the simulated world that the flight controller moves in; an
// iFay without one stands still. Where `types` are set, it has no other sensors.
//
//   gps     east and north of where the flight began, and altitude, in metres
//   imu     speed in metres a second, and wind
//   lidar   how many metres it is to the next obstacle, and for each in reach its name, east, north, radius and height
//   camera  what is in the picture, as text
//   power   percent left in the battery

import { call, HostError, Part, serve, Tlv } from "./library/part";
import { settingTexts, textAt } from "./library/values";
import { LIDAR_REACH, OBSTACLES, State, takeState } from "./library/world";

export { fayger_alloc, fayger_on_event } from "./library/part";

class Sensor extends Part {
  act(_action: string, input: Array<Tlv>): Array<Tlv> {
    const type = textAt(input, 0);
    const types = settingTexts("/types");
    if (types.length > 0 && !types.includes(type)) return this.refuse(HostError.NotFound);
    const measured = measure(type, stateNow());
    if (measured.length == 0) return this.refuse(HostError.NotFound);
    // Without the protocol a measurement is as true, and only not numbered.
    const carried = call("dtp_protocol.transfer", [Tlv.text("sensor/" + type)].concat(measured));
    return carried.ok ? carried.output.slice(1) : measured;
  }
}

function stateNow(): State {
  const told = call("flight_controller.state");
  return told.ok ? takeState(told.output) : new State();
}

function measure(type: string, state: State): Array<Tlv> {
  if (type == "gps") return [Tlv.f64(state.east), Tlv.f64(state.north), Tlv.f64(state.altitude)];
  if (type == "imu") return [Tlv.f64(state.speed), Tlv.f64(state.wind)];
  if (type == "power") return [Tlv.f64(state.battery)];
  if (type == "camera") return [Tlv.text(state.altitude > 5 ? "fields, a road, and small houses" : "grass")];
  if (type == "lidar") return echoes(state);
  return [];
}

function echoes(state: State): Array<Tlv> {
  let nearest: f64 = LIDAR_REACH;
  const found: Array<Tlv> = [];
  for (let at = 0; at < OBSTACLES.length; at += 1) {
    const obstacle = OBSTACLES[at];
    const away = obstacle.distance(state.east, state.north);
    if (away > LIDAR_REACH) continue;
    nearest = min(nearest, away);
    found.push(Tlv.text(obstacle.name));
    found.push(Tlv.f64(obstacle.east));
    found.push(Tlv.f64(obstacle.north));
    found.push(Tlv.f64(obstacle.radius));
    found.push(Tlv.f64(obstacle.height));
  }
  return [Tlv.f64(nearest)].concat(found);
}

export function run(): void {
  serve(new Sensor("sensor"));
}
