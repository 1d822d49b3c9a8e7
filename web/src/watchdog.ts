// The watchdog of a line: how long nothing may be heard before nobody is believed to be there any more.
//
// The server beats every 20 s (backend/orderhub/live/hub.py); a call has to come through sooner than a beat is missed.

const SILENCE_MS = 45_000;
const CALL_MS = 15_000;
const DOUBT_MS = 25_000;

export class Watchdog {
  private heardAt: number;
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
    this.heardAt = now();
  }

  /** Something came, or was just begun. */
  heard(): void {
    this.heardAt = this.now();
  }

  /** Tells whether the silence of an open line, or of a call, has lasted too long. */
  barks(isCalling: boolean): boolean {
    return this.silence() > (isCalling ? CALL_MS : SILENCE_MS);
  }

  /** Tells whether a beat is missing: after a sleep that is enough to call again. */
  doubts(): boolean {
    return this.silence() > DOUBT_MS;
  }

  private silence(): number {
    return this.now() - this.heardAt;
  }
}
