// What people install: packed twice, unpacked, compared, and run as it came out of the archive.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import { program, root, start, until } from "./processes.mjs";

const folder = mkdtempSync(join(tmpdir(), "vigie-packaging-"));
after(() => rmSync(folder, { recursive: true }));

const run = (command, ...options) => execFileSync(command, options, { encoding: "utf8", maxBuffer: 1 << 27 });
const bytes = (...path) => readFileSync(join(...path));
const text = (...path) => bytes(...path).toString();
const has = (command) => spawnSync(command, ["--version"]).status === 0;

/** Packs into a folder of this name; the two files in it. */
function pack(name, environment = {}) {
  const out = join(folder, name);
  execFileSync(join(root, "packaging", "build"), [out], { env: { ...process.env, VIGIE_BINARY: built, ...environment }, stdio: "pipe" });
  const names = readdirSync(out).sort();
  assert.equal(names.length, 2, names.join(", "));
  const [archive, deb] = names.map((name) => join(out, name));
  assert.match(basename(archive), /^vigie-\d+\.\d+\.\d+-[a-z0-9]+\.tar\.gz$/);
  assert.match(basename(deb), /^vigie_\d+\.\d+\.\d+_[a-z0-9]+\.deb$/);
  return { archive, deb };
}

/** What is packed: a copy, so that it stays the same while somebody builds. */
const built = join(folder, "built");
let packed;
/** Where the two were unpacked. */
let archive;
const package_ = join(folder, "package");

before(() => {
  writeFileSync(built, readFileSync(program));
  chmodSync(built, 0o755);
  packed = pack("first");
  run("tar", "--directory", folder, "-xzf", packed.archive);
  archive = join(folder, basename(packed.archive, ".tar.gz"));
  mkdirSync(package_);
  // The control files come to lie in DEBIAN.
  run("dpkg-deb", "--raw-extract", packed.deb, package_);
});

test("packed again, at another time and with other habits, both are the same to the byte", () => {
  const again = pack("second", { TZ: "Asia/Tokyo", LC_ALL: "C.UTF-8", TMPDIR: mkdtempSync(join(folder, "elsewhere-")) });
  for (const kind of ["archive", "deb"]) {
    assert.equal(basename(packed[kind]), basename(again[kind]));
    assert.ok(bytes(packed[kind]).equals(bytes(again[kind])), `${basename(again[kind])} differs`);
  }
});

test("the archive and the package hold the same things, owned by root, and nothing else", () => {
  const documents = ["LICENSE", "NOTICE", "README.md", "vigie.example.toml"];
  assert.deepEqual(readdirSync(archive).sort(), [...documents, "vigie", "vigie.service"].sort());
  const files = run("find", package_, "-type", "f", "-printf", "%P\n").trim().split("\n").filter((path) => !path.startsWith("DEBIAN/"));
  const places = documents.map((name) => `usr/share/doc/vigie/${name}`);
  const own = ["etc/vigie/vigie.toml", "usr/bin/vigie", "usr/lib/systemd/system/vigie.service", "usr/share/doc/vigie/copyright"];
  assert.deepEqual(files.sort(), [...own, ...places].sort());

  const same = (one, other) => assert.ok(bytes(archive, one).equals(bytes(package_, other)), `${one} is not ${other}`);
  same("vigie", "usr/bin/vigie");
  same("vigie.example.toml", "etc/vigie/vigie.toml");
  documents.forEach((name) => same(name, `usr/share/doc/vigie/${name}`));
  for (const name of ["LICENSE", "NOTICE", "README.md"]) assert.ok(bytes(archive, name).equals(bytes(root, name)), name);
  // The two units differ in where the program is, and in nothing else.
  const unit = text(package_, "usr/lib/systemd/system/vigie.service");
  assert.equal(text(archive, "vigie.service"), unit.replace("ExecStart=/usr/bin/vigie ", "ExecStart=/usr/local/bin/vigie "));
  assert.equal(unit, text(root, "packaging", "vigie.service"));

  for (const list of [run("tar", "-tvzf", packed.archive, "--numeric-owner"), run("dpkg-deb", "--contents", packed.deb)]) {
    for (const line of list.trim().split("\n")) assert.match(line, /^\S+ (0\/0|root\/root) /);
  }
  // It may come to hold a password.
  assert.equal(statSync(join(package_, "etc/vigie/vigie.toml")).mode & 0o777, 0o640);
});

test("the package says what it needs, keeps the configuration, and its scripts delete and start nothing", () => {
  const field = (name) => run("dpkg-deb", "--field", packed.deb, name).trim();
  assert.equal(`vigie ${field("Version")}`, run(program, "--version").trim());
  assert.match(field("Depends"), /^libc6 \(>= 2\.\d+\), libgcc-s1\b.*, adduser$/);
  assert.equal(field("Recommends"), "espeak-ng");
  assert.equal(text(package_, "DEBIAN/conffiles"), "/etc/vigie/vigie.toml\n");
  execFileSync("md5sum", ["--check", "--strict", "--quiet", "DEBIAN/md5sums"], { cwd: package_ });
  for (const name of ["postinst", "prerm", "postrm"]) {
    const script = text(package_, "DEBIAN", name);
    run("sh", "-n", join(package_, "DEBIAN", name));
    // What is printed for people may name what they have to do; what is carried out may not.
    const deeds = script.replace(/<<WORDS\n[\s\S]*?\nWORDS\n/g, "\n").replace(/"[^"]*"/g, '""').replace(/^#.*$/gm, "");
    assert.doesNotMatch(deeds, /\brm\b|rmdir|deluser|userdel|systemctl (start|restart|enable|try-restart)/, name);
  }
});

test("the unit is right, shuts the program in, and gives calls longer to end than the program does", (t) => {
  const unit = text(archive, "vigie.service");
  const minutes = Number(unit.match(/^TimeoutStopSec=(\d+)min$/m)?.[1]);
  const wait = Number(text(archive, "vigie.example.toml").match(/^# wait_minutes = (\d+)$/m)?.[1]);
  assert.ok(minutes > wait, `${minutes} min is not longer than ${wait} min`);
  // Two settings that keep callers' numbers out of files: whoever takes them out has to think of it.
  for (const setting of ["LimitCORE=0", "MemorySwapMax=0", "RuntimeDirectoryPreserve=restart", "UMask=0077"]) {
    assert.ok(unit.includes(`\n${setting}\n`), setting);
  }
  if (!has("systemd-analyze")) return t.skip("systemd-analyze is not on this machine: the unit is read by nobody");
  // It looks whether the program is there, so the unit is shown where it is.
  const here = join(folder, "vigie.service");
  writeFileSync(here, unit.replace("/usr/local/bin/vigie", join(archive, "vigie")));
  const verified = spawnSync("systemd-analyze", ["verify", here], { encoding: "utf8" });
  const complaints = (verified.stdout + verified.stderr).split("\n").filter((line) => line.includes("vigie"));
  assert.deepEqual(complaints, []);
  assert.equal(verified.status, 0, verified.stderr);
  // In tenths: an exposure of more than 2.0 fails.
  const looked = spawnSync("systemd-analyze", ["security", "--offline=true", "--threshold=20", here], { encoding: "utf8" });
  assert.equal(looked.status, 0, looked.stdout + looked.stderr);
  t.diagnostic(looked.stdout.split("\n").find((line) => line.includes("Overall")));
});

test("unpacked, with the configuration that came along, it serves, and ends when told to", async () => {
  const data = mkdtempSync(join(folder, "data-"));
  const config = join(data, "vigie.toml");
  // Only where it listens and keeps its record is changed, and each of these has to be there.
  const changes = [
    ['"/var/lib/vigie/vigie.db"', `"${join(data, "vigie.db")}"`],
    ['"127.0.0.1:8080"', '"127.0.0.1:0"'],
    ['["127.0.0.1:5060"]', '["127.0.0.1:0"]'],
    ['"127.0.0.1:5062"', '"127.0.0.1:0"'],
  ];
  let settings = text(archive, "vigie.example.toml");
  for (const [from, to] of changes) {
    assert.equal(settings.split(`= ${from}\n`).length, 2, `${from} is there once`);
    settings = settings.replace(`= ${from}\n`, `= ${to}\n`);
  }
  writeFileSync(config, settings);

  const binary = join(archive, "vigie");
  const doctor = run(binary, "doctor", "--config", config);
  assert.match(doctor, /is a whole configuration/);
  assert.doesNotMatch(doctor, /^FIX/m);

  let log = "";
  const service = start(binary, ["serve", "--config", config], { env: { ...process.env, NO_COLOR: "1" } });
  service.stdout.resume();
  service.stderr.on("data", (some) => (log += some));
  const gone = new Promise((tell) => service.once("exit", (code, signal) => tell({ code, signal })));
  const pages = await until("it serves", () => {
    assert.equal(service.exitCode, null, log);
    return log.match(/pages address=(\S+)/)?.[1];
  });
  const health = await fetch(`http://${pages}/health`);
  assert.deepEqual([health.status, await health.text()], [200, "ok\n"]);
  const page = await fetch(`http://${pages}/`);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /^<!DOCTYPE html>/);
  const link = run(binary, "staff", "invite", "--config", config, "--name", "Camille Martin", "--role", "coordinator");
  assert.match(link, /\/sign-in\/[0-9a-f]{64}\n$/);

  // Nobody calls, so there is nothing to wait for.
  const told = Date.now();
  service.kill("SIGTERM");
  assert.deepEqual(await gone, { code: 0, signal: null }, log);
  assert.ok(Date.now() - told < 5_000, `it took ${Date.now() - told} ms`);
  assert.match(run(binary, "replay", "--config", config), / 0 differences$/m);
});

test("what is no Vigie is not packed, and the reason is told", () => {
  for (const [binary, words] of [["/bin/true", /does not say its version/], ["/nowhere", /is no program/]]) {
    const refused = spawnSync(join(root, "packaging", "build"), [join(folder, "refused")], { encoding: "utf8", env: { ...process.env, VIGIE_BINARY: binary } });
    assert.notEqual(refused.status, 0);
    assert.match(refused.stderr, words);
    assert.deepEqual(readdirSync(join(folder, "refused")), []);
  }
});
