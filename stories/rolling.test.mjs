// Two nodes of the service behind one address of an operator, restarted in turn, ten times in all, while calls come at a steady
// rate: no new call is lost, none in progress is cut. The nodes share nothing: each has its own record, and its own callers who
// wait. That somebody who waits at one is served by a listener of the other is not shown here.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as trial from "./house.mjs";
import { Operator } from "./operator.mjs";

const GREETED = "0199000805";
const LINES = `[[line]]\nid = "accueil"\nname = "Ligne qui accueille"\nnumbers = ["${GREETED}"]\n`;
const RESTARTS = 10;
/** Calls a second, how long each stays, and how many come at most. */
const [RATE, STAY, MOST] = [3, 3_000, 400];

let nodes = [];
let operator;

before(async () => {
  nodes = [await trial.Service.open({ lines: LINES }), await trial.Service.open({ lines: LINES })];
  operator = await Operator.open(nodes.map((node) => node.sip));
});
after(async () => {
  for (const node of nodes) await node.kill();
  operator?.close();
});

test("ten rolling restarts of two nodes behind one address: no new call is lost, none in progress is cut", async (context) => {
  const callers = new trial.StayingPhones(operator, GREETED, MOST, { stay: STAY, rate: RATE });
  const began = performance.now();
  await trial.until("calls are answered at both", () => operator.nodes.every((node) => node.calls >= 2));
  const drained = [];
  for (let restart = 0; restart < RESTARTS; restart += 1) {
    const [index, old] = [restart % 2, nodes[restart % 2]];
    const told = performance.now();
    const other = operator.nodes[1 - index].calls;
    old.process.kill("SIGTERM");
    assert.equal(await old.gone, 0);
    assert.match(old.log, /no call is open any more/);
    drained.push(performance.now() - told);
    // For a moment nobody listens there at all.
    await trial.until("the other node takes calls", () => operator.nodes[1 - index].calls > other);
    await trial.sleep(500);
    nodes[index] = await trial.Service.open({ data: old.data, sip: old.sip, lines: LINES });
    const own = operator.nodes[index].calls;
    await trial.until("the node that is back takes calls", () => operator.nodes[index].calls > own);
  }
  const lasted = (performance.now() - began) / 1000;
  assert.equal(callers.process.exitCode, null, "calls came until the last restart was over");
  // No new calls; those in progress come to their end.
  callers.process.kill("SIGUSR1");
  const outcome = await callers.gone;
  const placed = operator.calls.size;
  const { refused, absent, silent } = operator.moved;
  context.diagnostic(`${RESTARTS} restarts in ${Math.round(lasted)} s; a node ended ${Math.round(Math.max(...drained))} ms at most after it was told to`);
  context.diagnostic(`${placed} calls placed, ${callers.answered()} answered, by node ${operator.nodes.map((node) => node.calls).join(" and ")}`);
  context.diagnostic(`brought to the other node: ${refused} after 503, ${absent} because nobody listened, ${silent} after ${500} ms of silence`);
  assert.equal(operator.lost, 0, "a call that no node took");
  assert.equal(operator.tooLate, 0, "a call that two nodes took");
  assert.equal(callers.answered(), placed);
  assert.equal(outcome, 0, "a call was cut");
  assert.ok(placed > RATE * lasted * 0.9, "calls came at a steady rate");
  assert.ok(refused >= RESTARTS && absent >= RESTARTS / 2, "the restarts were in the way of calls");
  for (const node of nodes) assert.match(await node.replay(), / 0 differences$/m);
});
