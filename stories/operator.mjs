// An operator before several nodes of the service, as trunks reach them by SRV or a list of destinations: a proxy (RFC 3261
// section 16) that brings new calls to them by turns, and to the other one when a node says 503, is not there, or says nothing.
// What comes after within a call stays with its node. Who calls by it sees one address.

import { createSocket } from "node:dgram";
import { randomBytes } from "node:crypto";
import { direction } from "./badway.mjs";

/** How long a node may say nothing at all to an INVITE (T1 of RFC 3261 section 17.1.1.1), in milliseconds. */
const T1 = 500;

const method = (text) => text.slice(0, text.indexOf(" "));
const header = (text, name) => text.match(new RegExp(`^${name}:[ \\t]*(.*)$`, "im"))?.[1].trim();
const status = (text) => Number(text.match(/^SIP\/2\.0 (\d{3})/)?.[1]);

/** The sound of one call on a bad way between who calls and the service: a socket towards each. */
class Sound {
  static async open(how, counted) {
    const sound = Object.assign(new Sound(), { sockets: [createSocket("udp4"), createSocket("udp4")], targets: [null, null] });
    for (const socket of sound.sockets) await new Promise((bound) => socket.bind(0, "127.0.0.1", bound));
    for (const [side, socket] of sound.sockets.entries()) {
      // What comes from one side leaves by the other side's socket.
      const away = (packet) => !sound.closed && sound.targets[1 - side] && sound.sockets[1 - side].send(packet, sound.targets[1 - side], "127.0.0.1");
      socket.on("message", direction(how.seed * 2 + side, how, counted[side], away));
    }
    return sound;
  }

  /** Takes where the sound of one side (0: who calls, 1: the service) is to go, and names itself in its place to the other. */
  through(side, text) {
    const port = text.match(/^m=audio (\d+) /m)?.[1];
    if (!port) return text;
    this.targets[side] = Number(port);
    const at = text.indexOf("\r\n\r\n") + 4;
    const body = text.slice(at).replace(/^m=audio \d+ /m, `m=audio ${this.sockets[1 - side].address().port} `);
    return text.slice(0, at).replace(/^Content-Length:.*$/im, `Content-Length: ${body.length}`) + body;
  }

  close() {
    this.closed = true;
    for (const socket of this.sockets) socket.close();
  }
}

/** One call, and where it was brought. */
class Call {
  constructor(operator, invite, from, sound) {
    Object.assign(this, { operator, invite, from, sound, nodes: operator.turn(), tries: [], node: null, answered: false, settled: false });
    this.next("");
  }

  /** Brings it to the next node, if there is one. */
  next(why) {
    if (why) this.operator.moved[why] += 1;
    const node = this.nodes.shift();
    if (!node) {
      this.settled = true;
      this.operator.lost += 1;
      const copied = this.invite.split("\r\n").filter((line) => /^(via|from|to|call-id|cseq):/i.test(line));
      this.operator.front.send(["SIP/2.0 503 Service Unavailable", ...copied, "Content-Length: 0", "", ""].join("\r\n"), this.from.port, this.from.address);
      return;
    }
    const attempt = { node, socket: createSocket("udp4"), branch: `z9hG4bK${randomBytes(8).toString("hex")}`, over: false };
    this.tries.push(attempt);
    const elsewhere = (why) => {
      if (attempt.over || this.node) return;
      attempt.over = true;
      clearTimeout(attempt.timer);
      this.next(why);
    };
    attempt.socket.on("message", (bytes) => this.answer(attempt, bytes.toString("latin1"), elsewhere));
    // The kernel tells of a port at which nobody listens (ICMP).
    attempt.socket.on("error", () => elsewhere("absent"));
    attempt.socket.connect(node.port, node.address, () => {
      attempt.timer = setTimeout(() => elsewhere("silent"), T1);
      this.pass(attempt, this.invite);
    });
  }

  /** Passes a request on to a node, with a Via of the operator's own above. */
  pass(attempt, text) {
    const { port } = attempt.socket.address();
    const branch = method(text) === "INVITE" || (method(text) === "ACK" && !this.answered) ? attempt.branch : `z9hG4bK${randomBytes(8).toString("hex")}`;
    const via = `Via: SIP/2.0/UDP 127.0.0.1:${port};rport;branch=${branch}\r\n`;
    const line = text.indexOf("\r\n") + 2;
    attempt.socket.send(Buffer.from(text.slice(0, line) + via + text.slice(line), "latin1"), () => {});
  }

  answer(attempt, text, elsewhere) {
    const code = status(text);
    const inviting = /INVITE$/.test(header(text, "CSeq"));
    if (attempt.over) {
      // It was brought elsewhere meanwhile: a node that answers such a call keeps somebody who is not there.
      if (inviting && code >= 200 && code < 300) this.operator.tooLate += 1;
      return;
    }
    clearTimeout(attempt.timer);
    if (inviting && code >= 300 && !this.node) this.acknowledge(attempt, text);
    if (inviting && code === 503 && !this.node) return elsewhere("refused");
    if (inviting && code >= 200 && !this.node) {
      this.node = attempt;
      attempt.node.calls += 1;
      this.answered = code < 300;
    }
    const back = text.replace(/^Via:.*\r\n/im, "");
    this.operator.front.send(Buffer.from(this.sound?.through(1, back) ?? back, "latin1"), this.from.port, this.from.address);
  }

  /** The ACK of a refusal, which is between neighbours (section 17.1.1.3). */
  acknowledge(attempt, refusal) {
    const line = (name) => `${name}: ${header(refusal, name)}`;
    const { port } = attempt.socket.address();
    const number = header(refusal, "CSeq").split(" ")[0];
    const uri = this.invite.split(" ")[1];
    const via = `Via: SIP/2.0/UDP 127.0.0.1:${port};rport;branch=${attempt.branch}`;
    const lines = [`ACK ${uri} SIP/2.0`, via, line("From"), line("To"), line("Call-ID"), `CSeq: ${number} ACK`, "Max-Forwards: 70", "Content-Length: 0", "", ""];
    attempt.socket.send(lines.join("\r\n"), () => {});
  }

  request(text) {
    // Who calls repeats an INVITE that is being brought somewhere: it is on its way.
    const attempt = this.node ?? this.tries.at(-1);
    if (this.settled || (method(text) === "INVITE" && !this.node)) return;
    this.pass(attempt, text);
  }

  close() {
    this.sound?.close();
    for (const attempt of this.tries) {
      clearTimeout(attempt.timer);
      attempt.socket.close();
    }
  }
}

export class Operator {
  /** Opens the one address before these nodes, `"127.0.0.1:5060"` each. With `how` sound takes a bad way, too. */
  static async open(nodes, how = null) {
    const operator = Object.assign(new Operator(), { how });
    // What became of the packets of those who call, and of the service's.
    operator.counted = [0, 1].map(() => ({ passed: 0, lost: 0, late: 0 }));
    operator.nodes = nodes.map((node) => ({ address: node.split(":")[0], port: Number(node.split(":")[1]), calls: 0 }));
    Object.assign(operator, { calls: new Map(), opening: new Set(), turns: 0, lost: 0, tooLate: 0, moved: { refused: 0, absent: 0, silent: 0 } });
    operator.front = createSocket("udp4");
    operator.front.on("message", (bytes, from) => operator.request(bytes.toString("latin1"), from));
    await new Promise((bound) => operator.front.bind(0, "127.0.0.1", bound));
    operator.sip = `127.0.0.1:${operator.front.address().port}`;
    return operator;
  }

  /** The nodes in the order in which the next call tries them. */
  turn() {
    this.turns += 1;
    const first = this.turns % this.nodes.length;
    return [...this.nodes.slice(first), ...this.nodes.slice(0, first)];
  }

  async request(text, from) {
    const id = header(text, "Call-ID");
    const known = this.calls.get(id);
    if (known) return known.request(text);
    if (method(text) !== "INVITE" || this.opening.has(id)) return undefined;
    this.opening.add(id);
    const sound = this.how && (await Sound.open(this.how, this.counted));
    return this.calls.set(id, new Call(this, sound?.through(0, text) ?? text, from, sound));
  }

  close() {
    for (const call of this.calls.values()) call.close();
    this.front.close();
  }
}
