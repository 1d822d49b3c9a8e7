// A clock that goes on while the phone sleeps. Browsers differ in whether performance.now() does, and Date.now() jumps
// when somebody sets the time; of each stretch the longer of the two counts, so that a sleep is never taken for none.

/** Returns a clock in milliseconds, which never goes back. */
export function awakeClock(steady: () => number, wall: () => number): () => number {
  let total = 0;
  let [steadyThen, wallThen] = [steady(), wall()];
  return () => {
    const [steadyNow, wallNow] = [steady(), wall()];
    total += Math.max(steadyNow - steadyThen, wallNow - wallThen, 0);
    [steadyThen, wallThen] = [steadyNow, wallNow];
    return total;
  };
}
