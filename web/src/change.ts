// Changing to a new version while somebody works: no press is lost on the way, and none happens twice.
//
// From the moment the change is wanted, new presses wait for the page that comes; those under way are waited for, but
// not for ever. The next page sends what is left, under the keys they were pressed with (presses.ts).

const SETTLE_MS = 8_000;
const HAND_MS = 5_000;
const LEAVE_MS = 30_000;

export interface Ground {
  after(ms: number, action: () => void): void;
  /** Lets the waiting worker take over. */
  handOver(): void;
  reload(): void;
}

export class Change {
  private state: "none" | "settling" | "handing" | "over" = "none";
  private underWay = 0;
  private isLeaving = false;
  private readonly ground: Ground;

  constructor(ground: Ground) {
    this.ground = ground;
  }

  /** The person wanted it, and it is under way. */
  get isOn(): boolean {
    return this.state !== "none";
  }

  /** Presses wait for the next page. Not while the person is leaving: no page of ours is coming then. */
  get holds(): boolean {
    return this.isOn && !this.isLeaving;
  }

  /** The person wants the new version. */
  wanted(): void {
    if (this.isOn) return;
    this.state = "settling";
    this.ground.after(SETTLE_MS, () => this.hand());
    if (this.underWay === 0) this.hand();
  }

  /** A press was sent. */
  sent(): void {
    this.underWay++;
  }

  /** It was answered, or will never be. */
  settled(): void {
    this.underWay--;
    if (this.underWay === 0) this.hand();
  }

  /** The new worker has taken over. */
  taken(): void {
    if (this.state === "handing") this.finish();
  }

  /** The person is on the way to another page, by a link or a plain form: that page is new already. */
  leaving(): void {
    this.isLeaving = true;
    this.ground.after(LEAVE_MS, () => {
      this.isLeaving = false;
      if (this.state === "over") this.ground.reload();
    });
  }

  private hand(): void {
    if (this.state !== "settling") return;
    this.state = "handing";
    this.ground.after(HAND_MS, () => this.taken());
    this.ground.handOver();
  }

  // Loading anew would call back a form that is on its way.
  private finish(): void {
    this.state = "over";
    if (!this.isLeaving) this.ground.reload();
  }
}
