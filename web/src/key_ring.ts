// Which key belongs to which press: a new one for each, kept as long as nobody knows what became of it.

/** Keys by form (or button). */
export class KeyRing<Form extends object> {
  private readonly keys = new WeakMap<Form, string>();
  private readonly make: () => string;

  constructor(make: () => string) {
    this.make = make;
  }

  /** Returns the key of a press: that of the last one if it got no answer. */
  keyFor(form: Form): string {
    const key = this.keys.get(form) ?? this.make();
    this.keys.set(form, key);
    return key;
  }

  /** Forgets the key once the server has said yes or no. No answer (0) and 5xx leave open what happened. */
  answered(form: Form, status: number): void {
    if (status > 0 && status < 500) this.keys.delete(form);
  }
}
