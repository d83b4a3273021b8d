// @ego-models/drone-pilot-v1: a careful pilot with a camera. It decides on one action after another, and each time it is
// told what became of the last. It flies only with open eyes and with a battery for the way home, tries no refused thing
// twice, and says why it does what it does.

import { Part, report, serve, Tlv } from "../library/part";
import { numberAt, textAt, texts, whole } from "../library/values";
import { takeState } from "../library/world";

export { fayger_alloc, fayger_on_event } from "../library/part";

/** Metres above the ground. */
const ALTITUDE: f64 = 40;
/** Percent of the battery with which it turns back. */
const RESERVE: f64 = 30;
/** So often it waits for the wind. */
const PATIENCE: i32 = 3;

/** A place to photograph. */
class Place {
  constructor(
    readonly name: string,
    readonly east: f64,
    readonly north: f64,
  ) {}
}

const ROUND: Array<Place> = [new Place("north gate", 0, 120), new Place("quarry", 160, 120)];

/** What the last action was for. */
enum Doing {
  Nothing,
  Pairing,
  Looking,
  TakingOff,
  FindingTheWay,
  Flying,
  Pointing,
  Photographing,
  Paying,
  Landing,
  Telling,
}

class DronePilot extends Part {
  private doing: Doing = Doing.Nothing;
  /** Of the round; behind its end the pilot goes home. */
  private place: i32 = 0;
  /** Places on the way to the next one, east and north in turn. */
  private way: Array<f64> = [];
  private tries: i32 = 0;
  private photographs: i32 = 0;
  private refusals: i32 = 0;
  private isBlind: bool = false;
  private isUp: bool = false;
  private battery: f64 = 100;

  act(_action: string, input: Array<Tlv>): Array<Tlv> {
    const outcome = textAt(input, 0);
    if (outcome == "refused") this.refusals += 1;
    const output = input.slice(min(2, input.length));
    switch (this.doing) {
      case Doing.Nothing:
        return this.want(Doing.Pairing, "faying_protocol.pair", []);
      case Doing.Pairing:
        return this.want(Doing.Looking, "sensor.read", texts(["gps"]));
      case Doing.Looking:
        return this.looked(outcome, output);
      case Doing.TakingOff:
        return this.tookOff(outcome);
      case Doing.FindingTheWay:
        return this.foundTheWay(outcome, output);
      case Doing.Flying:
        return this.flew(outcome, output);
      case Doing.Pointing:
        return this.want(Doing.Photographing, "invoke_skill.invoke", texts(["photograph", ROUND[this.place].name]));
      case Doing.Photographing:
        return this.photographed(outcome);
      case Doing.Paying:
        return this.paid(outcome);
      case Doing.Landing:
        return this.landed(outcome);
      default:
        return [];
    }
  }

  private looked(outcome: string, output: Array<Tlv>): Array<Tlv> {
    this.isBlind = outcome != "done";
    if (outcome == "refused") report("I am not permitted to read sensors. Am I to fly at all?");
    else if (this.isBlind) report("The sensors do not answer. Am I to fly at all?");
    else report("I stand at " + whole(numberAt(output, 0)) + " E " + whole(numberAt(output, 1)) + " N. Taking off.");
    return this.takeOff();
  }

  private takeOff(): Array<Tlv> {
    this.tries += 1;
    return this.invoke(Doing.TakingOff, [Tlv.text("flight_control"), Tlv.text("take_off"), Tlv.f64(ALTITUDE)]);
  }

  private tookOff(outcome: string): Array<Tlv> {
    if (outcome == "refused") return this.end("I am not permitted to fly. I stay on the ground.");
    if (outcome == "failed" && this.tries < PATIENCE) return this.takeOff();
    if (outcome == "failed") return this.end("This is no day to fly. I stay on the ground.");
    this.isUp = true;
    if (this.isBlind) return this.home("I do not fly blind.");
    report("Next is the " + ROUND[0].name + ".");
    return this.findTheWay();
  }

  private findTheWay(): Array<Tlv> {
    return this.invoke(Doing.FindingTheWay, [
      Tlv.text("obstacle_avoidance"),
      Tlv.f64(this.goalEast()),
      Tlv.f64(this.goalNorth()),
    ]);
  }

  private foundTheWay(outcome: string, output: Array<Tlv>): Array<Tlv> {
    this.way = [];
    for (let at = 0; at + 1 < output.length; at += 2) {
      this.way.push(numberAt(output, at));
      this.way.push(numberAt(output, at + 1));
    }
    if (outcome == "done" && this.way.length > 0) return this.fly();
    if (this.isHomeward()) {
      // The way home is the one thing a pilot flies without a plan.
      this.way = [0, 0];
      return this.fly();
    }
    return this.home("I see no way to the " + ROUND[this.place].name + ".");
  }

  private fly(): Array<Tlv> {
    const east = this.way.shift();
    const north = this.way.shift();
    return this.invoke(Doing.Flying, [Tlv.text("flight_control"), Tlv.text("fly_to"), Tlv.f64(east), Tlv.f64(north)]);
  }

  private flew(outcome: string, output: Array<Tlv>): Array<Tlv> {
    if (outcome != "done") return this.isHomeward() ? this.land() : this.home("I cannot get there.");
    this.battery = takeState(output).battery;
    if (this.way.length > 0) return this.fly();
    if (this.isHomeward()) return this.land();
    if (this.battery < RESERVE) return this.home("The battery is at " + whole(this.battery) + " %.");
    report("I am at the " + ROUND[this.place].name + ".");
    const point = [Tlv.text("gimbal"), Tlv.text("point"), Tlv.f64(-45)];
    return this.want(Doing.Pointing, "device_driver_hub.control", point);
  }

  private photographed(outcome: string): Array<Tlv> {
    if (outcome == "done") this.photographs += 1;
    else report("There is no photograph of the " + ROUND[this.place].name + ": that was " + outcome + ".");
    this.place += 1;
    if (this.isHomeward()) {
      report("There is a place to land here, for a fee. May I pay it?");
      return this.invoke(Doing.Paying, [Tlv.text("pay_landing_fee"), Tlv.f64(5)]);
    }
    report("Next is the " + ROUND[this.place].name + ".");
    return this.findTheWay();
  }

  private paid(outcome: string): Array<Tlv> {
    if (outcome == "refused") return this.home("I may not spend money.");
    if (outcome == "failed") return this.home("Nobody takes my money.");
    report("The fee is paid. Landing here.");
    return this.land();
  }

  private home(why: string): Array<Tlv> {
    report(why + " I fly home.");
    this.place = ROUND.length;
    return this.findTheWay();
  }

  private land(): Array<Tlv> {
    return this.invoke(Doing.Landing, texts(["flight_control", "land"]));
  }

  private landed(outcome: string): Array<Tlv> {
    if (outcome == "done") this.isUp = false;
    return this.end(this.isUp ? "I cannot land. Somebody else has to." : "I am down again.");
  }

  private end(why: string): Array<Tlv> {
    const taken = this.photographs.toString() + (this.photographs == 1 ? " photograph, " : " photographs, ");
    const refused = this.refusals.toString() + (this.refusals == 1 ? " thing" : " things") + " refused";
    report(why + " " + taken + refused + ", battery " + whole(this.battery) + " %.");
    return this.want(Doing.Telling, "multi_terminal_sync.publish", [Tlv.text("flight"), Tlv.text(taken + refused)]);
  }

  private isHomeward(): bool {
    return this.place >= ROUND.length;
  }

  private goalEast(): f64 {
    return this.isHomeward() ? 0 : ROUND[this.place].east;
  }

  private goalNorth(): f64 {
    return this.isHomeward() ? 0 : ROUND[this.place].north;
  }

  private invoke(doing: Doing, input: Array<Tlv>): Array<Tlv> {
    return this.want(doing, "invoke_skill.invoke", input);
  }

  private want(doing: Doing, action: string, input: Array<Tlv>): Array<Tlv> {
    this.doing = doing;
    return [Tlv.text(action)].concat(input);
  }
}

export function run(): void {
  serve(new DronePilot("ego_model"));
}
