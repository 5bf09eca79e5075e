// A bad network between browsers and the service, in a process of its own.
// Usage: node lossy.mjs '{"listen":"10.0.0.2","to":"10.0.0.1","port":5062,"seed":1,"loss":0.05,"delay":0,"jitter":0}'

import { createSocket } from "node:dgram";
import { direction } from "./badway.mjs";

const { listen, to, port, seed, ...how } = JSON.parse(process.argv[2]);

const counted = { passed: 0, lost: 0, late: 0 };
process.on("SIGTERM", () => {
  console.log(JSON.stringify(counted));
  process.exit(0);
});

const browsers = new Map();
const front = createSocket("udp4");
front.on("message", (packet, from) => {
  const key = `${from.address}:${from.port}`;
  let way = browsers.get(key);
  if (!way) {
    const back = createSocket("udp4");
    const down = direction(seed * 2 + 1, how, counted, (bytes) => front.send(bytes, from.port, from.address));
    back.on("message", down);
    way = direction(seed * 2, how, counted, (bytes) => back.send(bytes, port, to));
    browsers.set(key, way);
  }
  way(packet);
});
front.bind(port, listen, () => console.log("ready"));
