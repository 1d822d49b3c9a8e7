// What the server says over the socket: HTML fragments of regions, or a JSON object that steers.

export type Control = { resync?: string[] | "*"; unknown?: string[]; beat?: number };
export type Frame = { kind: "fragment" } | { kind: "control"; control: Control };

/** Tells the two apart; what is neither steers nothing. */
export function read(text: string): Frame {
  if (text.trimStart().startsWith("<")) return { kind: "fragment" };
  try {
    const control: unknown = JSON.parse(text);
    return { kind: "control", control: typeof control === "object" && control ? control : {} };
  } catch {
    return { kind: "control", control: {} };
  }
}

/** Returns the views a control frame wants fetched anew: some, all ("*"), or none. */
export function wanted(control: Control): readonly string[] | "*" {
  if (control.resync) return control.resync.length === 0 ? "*" : control.resync;
  return control.unknown ?? [];
}
