// What happens to a page while nobody looks at it: hidden, frozen, put away for the Back button, carried to another network.

export interface Sleeper {
  rest(): void;
  wake(): void;
  renew(): void;
}

/** Lets a line follow its page to sleep and back. `page` is the window, `sheet` its document. */
export function followSleep(
  sleeper: Sleeper,
  page: EventTarget,
  sheet: EventTarget & { hidden: boolean },
): void {
  const isKept = (event: Event) => "persisted" in event && event.persisted === true;
  page.addEventListener("online", () => sleeper.renew());
  page.addEventListener("pagehide", (event) => isKept(event) && sleeper.rest());
  page.addEventListener("pageshow", (event) => isKept(event) && sleeper.renew());
  sheet.addEventListener("freeze", () => sleeper.rest());
  sheet.addEventListener("resume", () => sleeper.renew());
  sheet.addEventListener("visibilitychange", () => !sheet.hidden && sleeper.wake());
}
