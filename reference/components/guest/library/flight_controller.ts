// The flight controller that both drivers are: it keeps where the drone is, moves it in steps, and says after each what
// an instrument panel would show.

import { HostError, Part, report, Tlv } from "./part";
import { column, hasNumber, numberAt, whole } from "./values";
import { length, Obstacle, OBSTACLES, putState, State, windAt } from "./world";

/** Most metres a second of wind in which a drone takes off. */
const CALM: f64 = 8;
/** Seconds between two lines of telemetry. */
const STEP: f64 = 4;
/** Metres that stay between the drone and what stands in its way. */
const CLEARANCE: f64 = 5;
/** Percent of the battery that flying costs a second. */
const DRAIN: f64 = 0.25;
/** Below this nobody takes off, and whoever flies lands. */
const EMPTY: f64 = 5;

/** A drone that is flown. */
export class FlightController extends Part {
  private readonly state: State = new State();

  /** `kind` is what it tells of itself, `cruise` and `climb` are metres a second in still air. */
  constructor(
    name: string,
    private readonly kind: string,
    private readonly cruise: f64,
    private readonly climb: f64,
  ) {
    super(name);
  }

  act(action: string, input: Array<Tlv>): Array<Tlv> {
    if (action == "describe") return [Tlv.text(this.kind)];
    if (action == "state") return this.now();
    if (action == "take_off") return this.takeOff(numberAt(input, 0, 30));
    if (action == "fly_to") return this.flyTo(input);
    if (action == "land") return this.land();
    return this.refuse(HostError.NotFound);
  }

  private takeOff(altitude: f64): Array<Tlv> {
    const state = this.state;
    if (state.flying) return this.refuse(HostError.AlreadyExists);
    if (!(altitude >= 2 && altitude <= 120)) return this.refuse(HostError.InvalidArgument);
    if (state.battery < EMPTY) return this.refuse(HostError.Unavailable);
    if (windAt(state.seconds) > CALM) {
      report("a gust of " + whole(windAt(state.seconds)) + " m/s: not taking off, looking again in 10 s");
      this.passTime(10, 0);
      return this.refuse(HostError.Unavailable);
    }
    state.flying = true;
    report(this.kind + ": motors on");
    this.climbTo(altitude);
    return this.now();
  }

  private flyTo(input: Array<Tlv>): Array<Tlv> {
    const state = this.state;
    if (!state.flying || !hasNumber(input, 0) || !hasNumber(input, 1)) return this.refuse(HostError.InvalidArgument);
    const east = numberAt(input, 0);
    const north = numberAt(input, 1);
    // A hundred kilometres are more than any battery: what is further, or no number, is a mistake.
    if (!(length(east, north) < 100000)) return this.refuse(HostError.InvalidArgument);
    const ahead = this.ahead(east, north);
    if (ahead !== null) {
      report("the " + ahead.name + " is in the way: holding");
      this.passTime(STEP, 0);
      return this.refuse(HostError.Interrupted);
    }
    while (state.battery > EMPTY) {
      const left = length(east - state.east, north - state.north);
      if (left < 0.01) break;
      const speed = this.cruise - windAt(state.seconds) / 4;
      const seconds = min(STEP, left / speed);
      const part = min(1, (seconds * speed) / left);
      state.east += (east - state.east) * part;
      state.north += (north - state.north) * part;
      this.passTime(seconds, speed);
      this.telemetry();
    }
    state.speed = 0;
    if (state.battery > EMPTY) return this.now();
    report("battery empty: landing here");
    this.land();
    return this.refuse(HostError.Unavailable);
  }

  private land(): Array<Tlv> {
    if (!this.state.flying) return this.refuse(HostError.InvalidArgument);
    this.climbTo(0);
    this.state.flying = false;
    this.state.speed = 0;
    report("landed, motors off");
    return this.now();
  }

  private climbTo(altitude: f64): void {
    const state = this.state;
    while (state.altitude != altitude) {
      const left = altitude - state.altitude;
      const seconds = min(STEP, Math.abs(left) / this.climb);
      const climbed = seconds * this.climb;
      state.altitude = climbed + 0.01 > Math.abs(left) ? altitude : state.altitude + (left > 0 ? climbed : -climbed);
      this.passTime(seconds, 0);
      this.telemetry();
    }
  }

  /** The first thing that a straight way would run into. */
  private ahead(east: f64, north: f64): Obstacle | null {
    const state = this.state;
    for (let at = 0; at < OBSTACLES.length; at += 1) {
      const obstacle = OBSTACLES[at];
      const away = obstacle.distanceToWay(state.east, state.north, east, north);
      if (away < obstacle.radius + CLEARANCE && state.altitude < obstacle.height + CLEARANCE) return obstacle;
    }
    return null;
  }

  private passTime(seconds: f64, speed: f64): void {
    const state = this.state;
    state.seconds += seconds;
    state.speed = speed;
    state.wind = windAt(state.seconds);
    if (state.flying) state.battery = max(0, state.battery - seconds * DRAIN);
  }

  private now(): Array<Tlv> {
    this.state.wind = windAt(this.state.seconds);
    return putState(this.state);
  }

  private telemetry(): void {
    const state = this.state;
    const minutes = <i32>(state.seconds / 60);
    const seconds = <i32>state.seconds % 60;
    const clock = minutes.toString().padStart(2, "0") + ":" + seconds.toString().padStart(2, "0");
    const place = column(state.east, 4) + " E " + column(state.north, 4) + " N";
    const air = column(state.speed, 2) + " m/s, wind " + column(state.wind, 1) + " m/s";
    report(clock + "  " + column(state.altitude, 3) + " m up  " + place + "  " + air + ", battery " + whole(state.battery) + " %");
  }
}
