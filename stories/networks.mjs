// Networks of our own, for what goes wrong with networks: places (network namespaces) on one switch, each with its own link that
// can be cut, slowed and closed. Nothing outside of them is touched but a switch with a name of its own. They need root.

import { execFile, execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { promisify } from "node:util";

const run = promisify(execFile);
/** Stories that run at the same time have networks of different names and numbers. */
const own = process.pid % 4096;
const SWITCH = `vgs${own}`;
const subnet = `10.${64 + (own >> 8)}.${own & 255}`;
const places = new Set();

/** Why networks cannot be made here; null when they can. */
export function whyNot() {
  const probe = `vgp${own}`;
  try {
    execFileSync("ip", ["netns", "add", probe], { stdio: "pipe" });
    execFileSync("ip", ["netns", "exec", probe, "iptables", "-A", "OUTPUT", "-p", "udp", "-j", "DROP"], { stdio: "pipe" });
    execFileSync("ip", ["link", "add", SWITCH, "type", "bridge"], { stdio: "pipe" });
    return null;
  } catch (fault) {
    return `LEFT OUT: networks of its own cannot be made here (root, iproute2 and iptables are needed): ${String(fault.stderr ?? fault).trim()}`;
  } finally {
    try {
      execFileSync("ip", ["netns", "del", probe], { stdio: "ignore" });
    } catch {
      // It was not made.
    }
  }
}

/** Connects this machine with the places, so that a story sees what the service serves. */
export async function open() {
  await run("ip", ["addr", "add", `${subnet}.254/24`, "dev", SWITCH]);
  await run("ip", ["link", "set", SWITCH, "up"]);
}

function close() {
  for (const name of places) quietly("ip", ["netns", "del", name]);
  quietly("ip", ["link", "del", SWITCH]);
}

function quietly(command, options) {
  try {
    execFileSync(command, options, { stdio: "ignore" });
  } catch {
    // It is gone already.
  }
}
after(close);
process.on("exit", close);

/** A place with a link of its own to the switch. */
export class Place {
  static async open(name, number) {
    const place = Object.assign(new Place(), { name: `vg${own}${name}`, address: `${subnet}.${number}`, link: `vg${own}${name}o` });
    places.add(place.name);
    await run("ip", ["netns", "add", place.name]);
    await run("ip", ["link", "add", place.link, "type", "veth", "peer", "name", "eth0", "netns", place.name]);
    await run("ip", ["link", "set", place.link, "master", SWITCH, "up"]);
    await place.inside("ip", "link", "set", "lo", "up");
    await place.inside("ip", "addr", "add", `${place.address}/24`, "dev", "eth0");
    await place.inside("ip", "link", "set", "eth0", "up");
    await place.inside("ip", "route", "add", "default", "via", `${subnet}.254`);
    return place;
  }

  /** How a command is run here: what comes before it. */
  get prefix() {
    return ["ip", "netns", "exec", this.name];
  }

  async inside(...command) {
    const [first, ...rest] = [...this.prefix, ...command];
    return (await run(first, rest)).stdout;
  }

  /** A program that starts another here, for those who can only name a program. */
  starter(program) {
    const file = join(mkdtempSync(join(tmpdir(), "vigie-place-")), "start");
    writeFileSync(file, `#!/bin/sh\nexec ${this.prefix.join(" ")} ${program} "$@"\n`);
    chmodSync(file, 0o755);
    return file;
  }

  /** Nothing comes in or goes out any more, and nobody is told: a dead spot. */
  async deafen() {
    for (const [chain, by] of [["INPUT", "-i"], ["OUTPUT", "-o"]]) await this.inside("iptables", "-I", chain, "!", by, "lo", "-j", "DROP");
  }

  /** The other way round. */
  async hear() {
    await this.inside("iptables", "-F");
  }

  /** The link is pulled, and the machine sees it. */
  async unplug() {
    await this.inside("ip", "link", "set", "eth0", "down");
  }

  async plug(number) {
    if (number) {
      await this.inside("ip", "addr", "flush", "dev", "eth0");
      this.address = `${subnet}.${number}`;
      await this.inside("ip", "addr", "add", `${this.address}/24`, "dev", "eth0");
    }
    await this.inside("ip", "link", "set", "eth0", "up");
    await this.inside("ip", "route", "replace", "default", "via", `${subnet}.254`);
  }

  /** No UDP gets out of here, as behind many firewalls of hospitals and schools. */
  async blockUdp() {
    await this.inside("iptables", "-I", "OUTPUT", "-p", "udp", "!", "-o", "lo", "-j", "DROP");
  }
}
