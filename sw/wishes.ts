// What a page may ask of the worker. Keep in step with web/src/worker.ts.

export type Wish = { kind: "take over" } | { kind: "forget" } | { kind: "keep"; address: string };

/** Reads a wish; whatever else arrives is none. */
export function wish(told: unknown): Wish | undefined {
  if (typeof told !== "object" || told === null || !("kind" in told)) return undefined;
  if (told.kind === "take over" || told.kind === "forget") return { kind: told.kind };
  if (told.kind !== "keep" || !("address" in told) || typeof told.address !== "string") return undefined;
  return { kind: "keep", address: told.address };
}
