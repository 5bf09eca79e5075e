// A bad network between browsers and the service: it loses packets, delays each by another time, and so brings them out of order.
// What becomes of the how-manieth packet of a direction is chance of a seed: the same in every run.
// Usage: node lossy.mjs '{"listen":"10.0.0.2","to":"10.0.0.1","port":5062,"seed":1,"loss":0.05,"delay":0,"jitter":0}'

import { createSocket } from "node:dgram";

const { listen, to, port, seed, loss, delay, jitter } = JSON.parse(process.argv[2]);

/** Numbers from 0 to 1: a linear congruential generator with the constants of Numerical Recipes, its high bits only. */
function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
}

const counted = { passed: 0, lost: 0, late: 0 };
process.on("SIGTERM", () => {
  console.log(JSON.stringify(counted));
  process.exit(0);
});

/** One direction of one browser's packets. */
function direction(seed, send) {
  const next = chance(seed);
  let newest = 0;
  let number = 0;
  return (packet) => {
    // Both are drawn for every packet: what is lost does not change what comes after.
    const [lost, wait] = [next() < loss, delay + next() * jitter];
    if (lost) return (counted.lost += 1);
    counted.passed += 1;
    const own = (number += 1);
    if (wait < 1) return send(packet);
    return setTimeout(() => {
      if (own < newest) counted.late += 1;
      newest = Math.max(newest, own);
      send(packet);
    }, wait);
  };
}

const browsers = new Map();
const front = createSocket("udp4");
front.on("message", (packet, from) => {
  const key = `${from.address}:${from.port}`;
  let way = browsers.get(key);
  if (!way) {
    const back = createSocket("udp4");
    const down = direction(seed * 2 + 1, (bytes) => front.send(bytes, from.port, from.address));
    back.on("message", down);
    way = direction(seed * 2, (bytes) => back.send(bytes, port, to));
    browsers.set(key, way);
  }
  way(packet);
});
front.bind(port, listen, () => console.log("ready"));
