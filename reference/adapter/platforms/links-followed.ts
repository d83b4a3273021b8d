import { lstatSync, readlinkSync } from "node:fs";
import { dirname, join, parse, sep } from "node:path";

/** Links that one path may lead through; more are a circle to any host. */
const MOST_LINKS = 40;

/**
 * How far a path that leads nowhere can be followed: the real path of the first thing that is not there, or cannot be
 * looked at, with nothing behind it. What stops a host in the middle of a path says nothing of where it was by then.
 *
 * @param path absolute
 */
export function whereItEnds(path: string): string {
  const { root } = parse(path);
  // The next one last: a program's path may have very many, and taking the first of a list costs their number.
  const waiting = namesOf(path.slice(root.length)).reverse();
  let links = 0;
  let reached = root;
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (name === "..") {
      reached = dirname(reached);
      continue;
    }
    const next = join(reached, name);
    const target = linkAt(next);
    if (target === undefined) return next;
    if (target === "") {
      reached = next;
      continue;
    }
    links += 1;
    if (links > MOST_LINKS) return next;
    const start = parse(target).root;
    if (start !== "") reached = start;
    waiting.push(...namesOf(target.slice(start.length)).reverse());
  }
  return reached;
}

function namesOf(text: string): string[] {
  return text.split(sep).filter((name) => name !== "" && name !== ".");
}

/** What a link says; empty for what is none; nothing for what is not there, or cannot be looked at. */
function linkAt(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : "";
  } catch {
    return undefined;
  }
}
