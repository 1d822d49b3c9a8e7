// What somebody can be told about installing the app, in the browser they have.

export interface Around {
  isInstalled: boolean;
  isSecure: boolean;
  hasWorker: boolean;
  canPrompt: boolean;
  isApple: boolean;
}

export type Advice = "installed" | "insecure" | "unsupported" | "prompt" | "ios" | "menu";

/** Returns the one advice that fits. */
export function advice(around: Around): Advice {
  if (around.isInstalled) return "installed";
  if (around.canPrompt) return "prompt";
  if (!around.isSecure) return "insecure";
  if (!around.hasWorker) return "unsupported";
  return around.isApple ? "ios" : "menu";
}

/** Tells an iPhone or iPad; newer iPads call themselves a Mac, but no Mac has a touch screen. */
export function isApple(userAgent: string, touchPoints: number): boolean {
  return /iPhone|iPad|iPod/.test(userAgent) || (userAgent.includes("Macintosh") && touchPoints > 1);
}
