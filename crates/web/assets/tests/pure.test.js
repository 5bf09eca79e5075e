import assert from "node:assert/strict";
import { test } from "node:test";
import {
  backOff, characters, clock, dials, gap, judge, loudness, microphoneTrouble, patience, shortcut, takesText, unheard,
  unmutes,
} from "../pure.js";

test("a clock counts seconds, minutes and hours", () => {
  assert.equal(clock(-1), "0:00");
  assert.equal(clock(7_999), "0:07");
  assert.equal(clock(750_000), "12:30");
  assert.equal(clock(3_723_000), "1:02:03");
});

test("waiting before trying again is short for ten seconds, then grows and stays under ten seconds", () => {
  assert.equal(backOff(0, 0), 150);
  assert.equal(backOff(0, 1), 300);
  let quick = 0;
  for (let attempt = 0; attempt < 100; attempt += 1) {
    assert.ok(backOff(attempt, 1) <= 10_000);
    if (backOff(attempt, 1) <= 600) quick += backOff(attempt, 0.5);
  }
  assert.ok(quick > 10_000, "whoever lost their network for ten seconds is back soon after");
  assert.ok(backOff(40, 0) > backOff(2, 1));
});

test("a connection that takes too long is tried anew, and later gets more time", () => {
  assert.ok(patience(0) < 2000 && patience(0) > 1000);
  assert.ok(patience(40) >= 10_000);
});

test("silence is zero and a full tone is nearly one", () => {
  assert.equal(loudness(new Float32Array(0)), 0);
  assert.equal(loudness(new Float32Array(512)), 0);
  const tone = Float32Array.from({ length: 512 }, (_, index) => Math.sin(index / 5));
  assert.ok(loudness(tone) > 0.9 && loudness(tone) <= 1);
});

test("quality is judged on what came since the last look", () => {
  const before = { lost: 100, received: 1000, jitter: 0, roundTrip: null };
  assert.deepEqual(judge({ ...before }, before), { quality: "unknown", bars: 0, loss: 0 });
  assert.equal(judge({ ...before, received: 1100 }, before).quality, "good");
  assert.equal(judge({ ...before, received: 1100, lost: 102 }, before).quality, "fair");
  assert.equal(judge({ ...before, received: 1100, lost: 120 }, before).quality, "poor");
  assert.equal(judge({ ...before, received: 1100, roundTrip: 0.5 }, before).bars, 1);
});

test("each trouble with a microphone has its own word", () => {
  const named = (name) => Object.assign(new Error("x"), { name });
  assert.equal(microphoneTrouble(false, false, null), "insecure");
  assert.equal(microphoneTrouble(true, false, null), "unable");
  assert.equal(microphoneTrouble(true, true, named("NotAllowedError")), "refused");
  assert.equal(microphoneTrouble(true, true, named("NotFoundError")), "absent");
  assert.equal(microphoneTrouble(true, true, named("NotReadableError")), "busy");
});

test("shortcuts never fire while somebody types", () => {
  const key = (name, more = {}) => ({ key: name, ctrlKey: false, metaKey: false, altKey: false, repeat: false, ...more });
  assert.equal(shortcut(key("a"), false), "a");
  assert.equal(shortcut(key("A"), false), "a");
  assert.equal(shortcut(key("a"), true), null);
  assert.equal(shortcut(key("a", { ctrlKey: true }), false), null);
  assert.equal(shortcut(key("a", { repeat: true }), false), null);
  assert.equal(shortcut(key("Enter", { ctrlKey: true }), true), "ctrl+enter");
  assert.equal(shortcut(key("Tab"), false), null);
  assert.equal(shortcut(key("#", { ctrlKey: true, altKey: true }), false), "#");
  assert.equal(shortcut(key("#"), true), null);
});

test("the keys of a telephone are known", () => {
  for (const name of "0123456789*#") assert.ok(dials(name));
  for (const name of ["a", "12", "", "ctrl+enter"]) assert.ok(!dials(name));
});

test("a muted microphone is given back before the next call, and not within one", () => {
  const talking = { presence: "talking", call: "1" };
  assert.ok(!unmutes(talking, talking));
  assert.ok(!unmutes(null, talking), "a page that was loaded anew is not muted");
  assert.ok(unmutes({ presence: "offered", call: "1" }, talking));
  assert.ok(unmutes(talking, { presence: "wrapping_up", call: null }));
  assert.ok(unmutes({ presence: "ready", call: null }, { presence: "offered", call: "2" }));
});

test("what takes text is known", () => {
  assert.ok(takesText({ tagName: "TEXTAREA" }));
  assert.ok(takesText({ tagName: "INPUT", type: "text" }));
  assert.ok(takesText({ tagName: "SELECT" }));
  assert.ok(!takesText({ tagName: "INPUT", type: "radio" }));
  assert.ok(!takesText({ tagName: "BUTTON" }));
  assert.ok(!takesText(null));
});

test("a gap is noticed", () => {
  assert.ok(!gap(null, 17));
  assert.ok(!gap(17, 18));
  assert.ok(gap(17, 19));
  assert.ok(gap(17, 17));
});

test("characters are counted whole", () => {
  assert.equal(characters("é😀"), 2);
});

test("nothing heard is counted from its beginning, and only while something should be heard", () => {
  assert.equal(unheard(null, 0, true, 5), 5);
  assert.equal(unheard(5, 0.05, true, 9), 5);
  assert.equal(unheard(5, 0.2, true, 9), null);
  assert.equal(unheard(5, 0, false, 9), null);
});
