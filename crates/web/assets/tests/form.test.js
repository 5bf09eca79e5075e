// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { answersOf, shown } from "../form.js";

/** @param {string} key @param {Partial<import("../form.js").Rule>} when */
const field = (key, when = {}) => ({ key, by: null, atLeast: null, oneOf: [], ...when });

test("a record is sent as the house reads it", () => {
  const answers = answersOf([
    ["grade", "3"], ["themes", "sleep"], ["themes", "trauma"], ["place.text", "Saint"], ["place", "c42218"], ["setting", ""],
    ["notes", " \n"],
  ]);
  assert.deepEqual(answers, { grade: ["3"], themes: ["sleep", "trauma"], place: ["c42218"] });
});

test("fields are shown by what was answered before them", () => {
  const rules = [
    field("grade"), field("urgency", { by: "grade", atLeast: 4 }), field("means", { by: "urgency", oneOf: ["2", "3"] }),
    field("where", { by: "themes", oneOf: ["studies"] }),
  ];
  assert.deepEqual([...shown(rules, {})], ["grade"]);
  assert.deepEqual([...shown(rules, { grade: ["4"] })], ["grade", "urgency"]);
  assert.deepEqual([...shown(rules, { grade: ["4"], urgency: ["3"] })], ["grade", "urgency", "means"]);
  // What is hidden answers nothing, though it was answered once.
  assert.deepEqual([...shown(rules, { grade: ["3"], urgency: ["3"] })], ["grade"]);
  // A rule on a field that comes later, or that is not there, holds never.
  assert.deepEqual([...shown(rules, { themes: ["studies"] })], ["grade"]);
  assert.deepEqual([...shown([field("themes"), ...rules], { themes: ["sleep", "studies"] })], ["themes", "grade", "where"]);
});

test("a number is at least another as numbers go", () => {
  const rules = [field("count"), field("more", { by: "count", atLeast: 5 })];
  assert.ok(shown(rules, { count: ["10"] }).has("more"));
  assert.ok(!shown(rules, { count: ["x"] }).has("more"));
  assert.ok(!shown(rules, { count: ["-6"] }).has("more"));
});
