// Presses nobody knows the outcome of, written down so that they outlive their page.

export interface Press {
  key: string;
  path: string;
  body: string;
  person: string;
  at: number;
}

const NAME = "presses";
const FRESH_MS = 60_000;

export class PressBook {
  private readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem">;

  constructor(storage: Pick<Storage, "getItem" | "setItem" | "removeItem">) {
    this.storage = storage;
  }

  /** Writes a press down; the same key is the same press. */
  write(press: Press): void {
    this.save([...this.read().filter(({ key }) => key !== press.key), press]);
  }

  /** Its outcome is known, or the person was told that it is not. */
  strike(key: string): void {
    this.save(this.read().filter((press) => press.key !== key));
  }

  /** Whoever wrote in it is leaving. */
  burn(): void {
    this.save([]);
  }

  /** Returns what is to be sent for this person; what is somebody else's or old is thrown away. */
  open(person: string, now: number): Press[] {
    const due = this.read().filter((press) => press.person === person && isFresh(press, now));
    this.save(due);
    return due;
  }

  private read(): Press[] {
    const written = this.storage.getItem(NAME);
    return written ? JSON.parse(written) : [];
  }

  private save(presses: Press[]): void {
    if (presses.length === 0) this.storage.removeItem(NAME);
    else this.storage.setItem(NAME, JSON.stringify(presses));
  }
}

/** Tells whether a press is still what the person means now. */
export function isFresh({ at }: Press, now: number): boolean {
  return now - at < FRESH_MS;
}
