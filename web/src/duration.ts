// Stretches of time as people read them. Keep in step with backend/orderhub/rendering/formats.py.
import type { Say } from "./words.ts";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Writes whole seconds in their two greatest units: "1 小时 20 分钟". */
export function duration(seconds: number, say: Say): string {
  const whole = Math.floor(Math.abs(seconds));
  if (whole < MINUTE) return say("seconds", { n: whole });
  const minutes = Math.floor(whole / MINUTE);
  const hours = Math.floor(whole / HOUR);
  if (hours < 1) return say("minutes", { n: minutes });
  const days = Math.floor(whole / DAY);
  if (days < 1) return two(say("hours", { n: hours }), say("minutes", { n: minutes % 60 }), minutes % 60);
  return two(say("days", { n: days }), say("hours", { n: hours % 24 }), hours % 24);
}

/** Returns number and unit for a ring: 12 分钟, 1:20 小时, 3 天. */
export function shortDuration(seconds: number, say: Say): { amount: string; unit: string } {
  const whole = Math.floor(Math.abs(seconds));
  const minutes = Math.floor(whole / MINUTE);
  if (minutes < 60) return { amount: String(minutes), unit: say("unit_minutes") };
  const days = Math.floor(whole / DAY);
  if (days >= 1) return { amount: String(days), unit: say("unit_days") };
  const rest = String(minutes % 60).padStart(2, "0");
  return { amount: `${Math.floor(minutes / 60)}:${rest}`, unit: say("unit_hours") };
}

function two(greater: string, lesser: string, amount: number): string {
  return amount ? `${greater} ${lesser}` : greater;
}
