// How long to wait before trying again: doubling, capped, and scattered so that a thousand phones do not knock at once.

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** Returns milliseconds for the attempt (0, 1, 2, …); chance lies between 0 and 1. */
export function delay(attempt: number, chance: number): number {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.round(whole / 2 + (whole / 2) * chance);
}
