// The simulated world that drones fly in: what stands in it, how the wind blows, and what a flight controller tells of
// itself. Metres east and north of the place where a flight begins, metres above the ground, seconds. Nothing in it is
// chance: every flight through it is the same.

import { Tlv } from "../../../../generated/guest/assemblyscript/fayger";
import { boolAt, numberAt } from "./values";

/** How far the lidar sees, in metres. */
export const LIDAR_REACH: f64 = 150;

/** Something that stands in the way. */
export class Obstacle {
  constructor(
    readonly name: string,
    readonly east: f64,
    readonly north: f64,
    readonly radius: f64,
    readonly height: f64,
  ) {}

  /** Metres from a place to its side; 0 inside it. */
  distance(east: f64, north: f64): f64 {
    return max(0, length(east - this.east, north - this.north) - this.radius);
  }

  /** Metres from the nearest point of a straight way to its middle. */
  distanceToWay(fromEast: f64, fromNorth: f64, toEast: f64, toNorth: f64): f64 {
    const east = toEast - fromEast;
    const north = toNorth - fromNorth;
    const squared = east * east + north * north;
    const along = squared == 0 ? 0 : ((this.east - fromEast) * east + (this.north - fromNorth) * north) / squared;
    const part = min(1, max(0, along));
    return length(fromEast + part * east - this.east, fromNorth + part * north - this.north);
  }
}

/** Everything that is high enough to be in the way. */
export const OBSTACLES: Array<Obstacle> = [
  new Obstacle("radio mast", 80, 120, 10, 90),
  new Obstacle("water tower", -60, 40, 15, 45),
];

/** What a flight controller knows of itself and of the air around it. */
export class State {
  seconds: f64 = 0;
  east: f64 = 0;
  north: f64 = 0;
  altitude: f64 = 0;
  speed: f64 = 0;
  /** Percent. */
  battery: f64 = 100;
  /** Metres a second. */
  wind: f64 = 0;
  flying: bool = false;
}

/** A state as values. */
export function putState(state: State): Array<Tlv> {
  return [
    Tlv.f64(state.seconds),
    Tlv.f64(state.east),
    Tlv.f64(state.north),
    Tlv.f64(state.altitude),
    Tlv.f64(state.speed),
    Tlv.f64(state.battery),
    Tlv.f64(state.wind),
    Tlv.bool(state.flying),
  ];
}

/** A state out of values; what is not there is as in a drone that stands still. */
export function takeState(values: Array<Tlv>): State {
  const state = new State();
  state.seconds = numberAt(values, 0);
  state.east = numberAt(values, 1);
  state.north = numberAt(values, 2);
  state.altitude = numberAt(values, 3);
  state.speed = numberAt(values, 4);
  state.battery = numberAt(values, 5, 100);
  state.wind = numberAt(values, 6);
  state.flying = boolAt(values, 7);
  return state;
}

/** How fast the wind blows at a time, in metres a second: a gust at first, then up and down between 2 and 6. */
export function windAt(seconds: f64): f64 {
  if (seconds < 10) return 9;
  const phase = <i32>(seconds / 10) % 8;
  return <f64>(2 + (phase < 4 ? phase : 8 - phase));
}

/** How far a point is. */
export function length(east: f64, north: f64): f64 {
  return Math.sqrt(east * east + north * north);
}
