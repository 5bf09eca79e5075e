// HTTPS at the service's own door: pages, sockets, a call; handshakes that never end; a certificate that is renewed.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { connect as connectSecurely } from "node:tls";
import * as trial from "./house.mjs";

const folder = mkdtempSync(join(tmpdir(), "vigie-secure-"));
const certify = (name) =>
  execFileSync("openssl", [
    "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", `/CN=${name}`, "-addext", "subjectAltName=IP:127.0.0.1",
    "-keyout", join(folder, "key.pem"), "-out", join(folder, "chain.pem"),
  ], { stdio: "ignore" });

let service, seeing;

before(async () => {
  certify("first.example.org");
  service = await trial.Service.open({
    http: `certificate = "${join(folder, "chain.pem")}"\nkey = "${join(folder, "key.pem")}"\n`,
    lines: `[[line]]\nid = "ecoute"\nname = "Écoute"\nnumbers = ["0199000805"]\nanswer = "ring"\n`,
  });
  seeing = await trial.browser(1000);
});
after(async () => {
  await seeing?.close();
  await service?.kill();
});

/** Whose certificate the door shows. */
const shown = () =>
  new Promise((tell, fail) => {
    const [host, port] = service.http.split(":");
    const socket = connectSecurely({ host, port: Number(port), rejectUnauthorized: false }, () => {
      tell(socket.getPeerCertificate().subject.CN);
      socket.destroy();
    });
    socket.on("error", fail);
  });

test("a caller and a listener talk from pages over HTTPS", async () => {
  const context = await seeing.newContext({ permissions: ["microphone"], locale: "fr-FR", ignoreHTTPSErrors: true });
  const desk = await context.newPage();
  await desk.goto(await service.invite("Camille", "listener"));
  await desk.locator('main form[method="post"] button').click();
  await desk.waitForURL(/\/(desk|board)/);
  const [cookie] = await context.cookies();
  assert.ok(cookie.secure && cookie.httpOnly);
  await desk.goto(service.url("/desk?raw=1"));
  await trial.ready(desk);
  await trial.listen(desk);
  const calling = await (await seeing.newContext({ permissions: ["microphone"], locale: "fr-FR", ignoreHTTPSErrors: true })).newPage();
  await calling.goto(service.url("/?raw=1"));
  await calling.locator("#call").click();
  await trial.rings(desk);
  await trial.accept(desk);
  await trial.talks(desk);
  await trial.hearsTone(desk, 1000);
  await calling.locator("#hang-up").click();
  await trial.write(desk);
});

test("handshakes that never end, and plain words, hold up nobody", async () => {
  const [host, port] = service.http.split(":");
  const silent = Array.from({ length: 100 }, () => connect({ host, port: Number(port) }).on("error", () => {}));
  const plain = connect({ host, port: Number(port) }).on("error", () => {});
  plain.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  const begun = Date.now();
  assert.equal(await shown(), "first.example.org");
  assert.ok(Date.now() - begun < 2_000, `${Date.now() - begun} ms`);
  [...silent, plain].forEach((socket) => socket.destroy());
});

test("a renewed certificate is shown within a minute or so, without a restart", async () => {
  certify("second.example.org");
  await trial.until("the new one", async () => (await shown()) === "second.example.org", 75_000);
});
