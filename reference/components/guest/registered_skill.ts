// registered_skill: skills that others made, each an action of its own. Those that `preload` names are ready at once, every
// other is when it is first used.
//
//   flight_control      take_off ALTITUDE, fly_to EAST NORTH, land: hands a flight plan to the flight controller
//   obstacle_avoidance  EAST NORTH: the way there around what the lidar sees, as places one after another
//   photograph          NAME: takes a photograph with the gimbal
//   pay_landing_fee     AMOUNT: pays for a place to land

import { call, HostError, Outcome, Part, report, serve, Tlv } from "./library/part";
import { hasNumber, numberAt, rest, settingTexts, textAt, texts } from "./library/values";
import { length, Obstacle } from "./library/world";

export { fayger_alloc, fayger_on_event } from "./library/part";

const SKILLS: Array<string> = ["flight_control", "obstacle_avoidance", "photograph", "pay_landing_fee"];
const MANOEUVRES: Array<string> = ["take_off", "fly_to", "land"];
/** Metres that a way around something stays away from it. */
const MARGIN: f64 = 20;

class RegisteredSkill extends Part {
  private ready: Array<string> = [];

  act(action: string, input: Array<Tlv>): Array<Tlv> {
    if (action == "list") return texts(SKILLS);
    this.load(action);
    if (action == "flight_control") return this.flightControl(input);
    if (action == "obstacle_avoidance") return this.obstacleAvoidance(input);
    if (action == "photograph") return this.done(control("gimbal", "photograph", [Tlv.text(textAt(input, 0, "the ground"))]));
    if (action == "pay_landing_fee") {
      return this.done(call("meri_token.transfer", [Tlv.text("landing place"), Tlv.f64(numberAt(input, 0, 1))]));
    }
    return this.refuse(HostError.NotFound);
  }

  private load(skill: string): void {
    if (this.ready.length == 0) this.ready = settingTexts("/preload");
    if (this.ready.includes(skill)) return;
    this.ready.push(skill);
    report("learning " + skill);
  }

  private flightControl(input: Array<Tlv>): Array<Tlv> {
    const manoeuvre = textAt(input, 0);
    if (!MANOEUVRES.includes(manoeuvre)) return this.refuse(HostError.InvalidArgument);
    return this.done(control("flight_controller", manoeuvre, rest(input, 1)));
  }

  private obstacleAvoidance(input: Array<Tlv>): Array<Tlv> {
    if (!hasNumber(input, 0) || !hasNumber(input, 1)) return this.refuse(HostError.InvalidArgument);
    const east = numberAt(input, 0);
    const north = numberAt(input, 1);
    const here = call("sensor.read", [Tlv.text("gps")]);
    if (!here.ok) return this.pass(here);
    const echoes = call("sensor.read", [Tlv.text("lidar")]);
    const way: Array<Tlv> = [];
    // A drone without a lidar flies straight and trusts its flight controller to hold.
    if (echoes.refused) return this.pass(echoes);
    if (echoes.ok) {
      const fromEast = numberAt(here.output, 0);
      const fromNorth = numberAt(here.output, 1);
      for (let at = 1; at + 4 < echoes.output.length; at += 5) {
        const seen = obstacleAt(echoes.output, at);
        const away = seen.distanceToWay(fromEast, fromNorth, east, north);
        if (away >= seen.radius + MARGIN || seen.height + MARGIN < numberAt(here.output, 2)) continue;
        report("the " + seen.name + " is in the way: around it");
        around(way, seen, fromEast, fromNorth, east, north);
      }
    }
    way.push(Tlv.f64(east));
    way.push(Tlv.f64(north));
    return way;
  }

  private done(outcome: Outcome): Array<Tlv> {
    return outcome.ok ? outcome.output : this.pass(outcome);
  }
}

function control(target: string, command: string, input: Array<Tlv>): Outcome {
  return call("device_driver_hub.control", [Tlv.text(target), Tlv.text(command)].concat(input));
}

function obstacleAt(values: Array<Tlv>, at: i32): Obstacle {
  const radius = numberAt(values, at + 3);
  return new Obstacle(textAt(values, at), numberAt(values, at + 1), numberAt(values, at + 2), radius, numberAt(values, at + 4));
}

/** A place beside an obstacle, on the left of the way. */
function around(way: Array<Tlv>, seen: Obstacle, fromEast: f64, fromNorth: f64, east: f64, north: f64): void {
  const whole = length(east - fromEast, north - fromNorth);
  if (whole == 0) return;
  // Far enough out that both halves of the way keep the distance too.
  const out = (seen.radius + MARGIN) * 1.5;
  way.push(Tlv.f64(Math.round(seen.east - ((north - fromNorth) / whole) * out)));
  way.push(Tlv.f64(Math.round(seen.north + ((east - fromEast) / whole) * out)));
}

export function run(): void {
  serve(new RegisteredSkill("registered_skill"));
}
