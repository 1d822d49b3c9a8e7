// What a moment reads like now. Keep in step with backend/orderhub/rendering/times.py and rings.py.
import { duration, shortDuration } from "./duration.ts";
import type { Say } from "./words.ts";

const FRESH_SECONDS = 5;
const SHORT_PERCENT = 25;

/** Writes a moment relative to now: how long ago, how long left or over, how long held. */
export function relative(style: string, at: number, now: number, say: Say): string {
  const seconds = Math.trunc((now - at) / 1000);
  if (style === "ago")
    return seconds < FRESH_SECONDS ? say("now") : say("ago", { d: duration(seconds, say) });
  if (style === "left") return say(now <= at ? "left" : "over", { d: duration(seconds, say) });
  return say("held", { d: duration(seconds, say) });
}

export interface Ring {
  percent: number;
  tone: "" | "warn" | "bad";
  amount: string;
  unit: string;
}

/** Returns how much of the time between entered and due is left; an empty tone is the holder's own. */
export function ring(entered: number, due: number, now: number, say: Say): Ring {
  const left = 100 * ((due - now) / Math.max(due - entered, 1000));
  const percent = Math.max(0, Math.min(100, Math.trunc(left)));
  const tone = now > due ? "bad" : percent < SHORT_PERCENT ? "warn" : "";
  return { percent, tone, ...shortDuration(Math.trunc((due - now) / 1000), say) };
}
