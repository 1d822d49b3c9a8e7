// The line to the server: when to call, when to call again, when to rest.
import { delay } from "./backoff.ts";
import { Watchdog } from "./watchdog.ts";

const CHECK_MS = 5_000;

export type State = "calling" | "open" | "waiting" | "resting" | "over";

/** The outside of a line: timers, chance, and what to do; a test hands in its own. */
export interface Ground {
  now(): number;
  chance(): number;
  after(ms: number, action: () => void): unknown;
  cancel(timer: unknown): void;
  /** Gives up whatever socket there is, and calls. */
  call(): void;
  hangUp(): void;
  show(isLive: boolean): void;
}

/** Keeps one connection alive: every close leads to a new call, unless the server said that it is over. */
export class Line {
  state: State = "calling";
  private attempts = 0;
  private timer: unknown;
  private readonly ground: Ground;
  private readonly watchdog: Watchdog;

  constructor(ground: Ground) {
    this.ground = ground;
    this.watchdog = new Watchdog(ground.now);
    this.check();
  }

  opened(): void {
    this.ground.cancel(this.timer);
    this.state = "open";
    this.attempts = 0;
    this.heard();
  }

  heard(): void {
    this.watchdog.heard();
    if (this.state === "open") this.ground.show(true);
  }

  closed(): void {
    if (this.state !== "calling" && this.state !== "open") return;
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

  /** The page is put away, frozen or for the Back button: a socket would only be cut under it, or forbid it. */
  rest(): void {
    if (this.state === "over") return;
    this.ground.cancel(this.timer);
    this.state = "resting";
    this.ground.hangUp();
  }

  /** The page is looked at again: do not sit out a pause, and do not trust a long silence. */
  wake(): void {
    if (this.state === "waiting" || this.state === "resting" || this.watchdog.doubts()) this.renew();
  }

  /** The network changed, or the page came out of a rest: whatever the socket believes, it is of another time. */
  renew(): void {
    if (this.state === "over") return;
    this.attempts = 0;
    this.callNow();
  }

  private callNow(): void {
    this.ground.cancel(this.timer);
    this.state = "calling";
    this.watchdog.heard();
    this.ground.call();
  }

  private check(): void {
    if (this.state === "over") return;
    const isCalling = this.state === "calling";
    if ((isCalling || this.state === "open") && this.watchdog.barks(isCalling)) {
      this.ground.show(false);
      this.callNow();
    }
    this.ground.after(CHECK_MS, () => this.check());
  }
}
