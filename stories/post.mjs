// A mail server: it takes every letter, and can go away and come back at the same address.

import { createServer } from "node:net";
import { createInterface } from "node:readline";

/** What a letter says, its encodings undone. */
function read(raw) {
  const [head, ...body] = raw.replace(/\r/g, "").split("\n\n");
  const headers = head.replace(/\n[ \t]+/g, " ");
  const text = body.join("\n\n");
  const decoded = /^content-transfer-encoding: base64$/im.test(headers)
    ? Buffer.from(text, "base64").toString()
    : /^content-transfer-encoding: quoted-printable$/im.test(headers)
      ? Buffer.from(text.replace(/=\n/g, "").replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))), "latin1").toString()
      : text;
  return { headers, text: decoded, to: /^to: .*?([^\s<>]+@[^\s<>]+)/im.exec(headers)?.[1] };
}

export class Post {
  letters = [];
  sockets = new Set();

  static async open() {
    const post = new Post();
    await post.comeBack();
    return post;
  }

  get address() {
    return `smtp://127.0.0.1:${this.port}`;
  }

  /** Those that went to an address. */
  to(address) {
    return this.letters.filter((letter) => letter.to === address);
  }

  async comeBack() {
    this.server = createServer((socket) => {
      let letter = null;
      this.sockets.add(socket);
      socket.write("220 post\r\n");
      createInterface({ input: socket }).on("line", (line) => {
        if (letter !== null) {
          if (line !== ".") return void (letter += `${line}\n`);
          this.letters.push(read(letter));
          letter = null;
          return void socket.write("250 taken\r\n");
        }
        if (/^DATA/i.test(line)) letter = "";
        socket.write(/^EHLO/i.test(line) ? "250 post\r\n" : /^DATA/i.test(line) ? "354 go on\r\n" : /^QUIT/i.test(line) ? "221 bye\r\n" : "250 good\r\n");
      });
      socket.on("error", () => {});
    });
    await new Promise((listening) => this.server.listen(this.port ?? 0, "127.0.0.1", listening));
    this.port = this.server.address().port;
  }

  async goAway() {
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
    await new Promise((closed) => this.server.close(closed));
  }
}
