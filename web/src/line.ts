// The line to the server: when to call, when to call again, when silence means that nobody is there any more.
import { delay } from "./backoff.ts";

const SILENCE_MS = 45_000;
const DOUBT_MS = 25_000;
const CHECK_MS = 5_000;
const CALL_MS = 15_000;

export type State = "calling" | "open" | "waiting" | "over";

/** The outside of a line: timers, chance, and what to do; a test hands in its own. */
export interface Ground {
  now(): number;
  chance(): number;
  after(ms: number, action: () => void): unknown;
  cancel(timer: unknown): void;
  call(): void;
  show(isLive: boolean): void;
}

/** Keeps one connection alive: every close leads to a new call, unless the server said that it is over. */
export class Line {
  state: State = "calling";
  private attempts = 0;
  private heardAt: number;
  private timer: unknown;
  private readonly ground: Ground;

  constructor(ground: Ground) {
    this.ground = ground;
    this.heardAt = ground.now();
    this.check();
  }

  opened(): void {
    this.ground.cancel(this.timer);
    this.state = "open";
    this.attempts = 0;
    this.heard();
  }

  heard(): void {
    this.heardAt = this.ground.now();
    if (this.state === "open") this.ground.show(true);
  }

  closed(): void {
    if (this.state === "over" || this.state === "waiting") return;
    this.ground.show(false);
    this.state = "waiting";
    const pause = delay(this.attempts++, this.ground.chance());
    this.timer = this.ground.after(pause, () => this.callNow());
  }

  end(): void {
    this.ground.cancel(this.timer);
    this.state = "over";
    this.ground.show(false);
  }

  /** The page woke up: do not sit out a pause, and do not trust a long silence. */
  wake(): void {
    if (this.state === "waiting" || this.silence() > DOUBT_MS) this.renew();
  }

  /** The network changed: whatever the socket believes, it is of the old one. */
  renew(): void {
    if (this.state === "over") return;
    this.attempts = 0;
    this.callNow();
  }

  private callNow(): void {
    this.ground.cancel(this.timer);
    this.state = "calling";
    this.heard();
    this.ground.call();
  }

  private check(): void {
    if (this.state === "over") return;
    const patience = this.state === "calling" ? CALL_MS : SILENCE_MS;
    if (this.state !== "waiting" && this.silence() > patience) {
      this.ground.show(false);
      this.callNow();
    }
    this.ground.after(CHECK_MS, () => this.check());
  }

  private silence(): number {
    return this.ground.now() - this.heardAt;
  }
}
