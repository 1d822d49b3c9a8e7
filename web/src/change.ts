// Changing to a new version while somebody works: no press is lost on the way, and none happens twice.
//
// From the moment the change is wanted, new presses wait for the page that comes, and a link or plain form waits until
// the new worker stands: a browser may end the old one under a page that is just being opened, and that page would never
// come. Presses under way are waited for, but not for ever; the next page sends what is left, under the keys they were
// pressed with (presses.ts).

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
  private departure: (() => void) | undefined;
  private readonly ground: Ground;

  constructor(ground: Ground) {
    this.ground = ground;
  }

  /** The person wanted it, and it is under way: presses wait for the next page. */
  get isOn(): boolean {
    return this.state !== "none";
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
    if (this.state !== "handing") return;
    this.state = "over";
    (this.departure ?? this.ground.reload)();
  }

  /**
   * The person opens another page, by a link or a plain form. Returns whether that has to wait; it is gone on with
   * when the new worker stands, in place of loading this page anew.
   */
  leaving(go: () => void): boolean {
    if (this.state === "settling" || this.state === "handing") {
      this.departure = go;
      return true;
    }
    this.isLeaving = true;
    this.ground.after(LEAVE_MS, () => {
      this.isLeaving = false; // it was a download, or led nowhere
      this.hand();
    });
    return false;
  }

  // A page that is going needs no change: the next one offers it again.
  private hand(): void {
    if (this.state !== "settling" || this.isLeaving) return;
    this.state = "handing";
    this.ground.after(HAND_MS, () => this.taken());
    this.ground.handOver();
  }
}
