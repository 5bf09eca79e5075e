// A way that loses packets, delays each by another time, and so brings them out of order. What becomes of the how-manieth packet
// is chance of a seed: the same in every run.

/** Numbers from 0 to 1: a linear congruential generator with the constants of Numerical Recipes, its high bits only. */
function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
}

/** One direction of a way: `loss` is a share, `delay` and `jitter` are milliseconds; what is done is counted. */
export function direction(seed, { loss = 0, delay = 0, jitter = 0 }, counted, send) {
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
