import { createHash } from "node:crypto";
import * as z from "zod/mini";
import { Problem } from "./problem.ts";

/** Which part of a list a caller asks for. */
export const Page = z.strictObject({
  limit: z._default(
    z.coerce.number().check(z.int(), z.minimum(1), z.maximum(100), z.describe("Most entries in one answer.")),
    50,
  ),
  cursor: z.optional(
    z
      .string()
      .check(
        z.maxLength(1000),
        z.describe("`nextCursor` of the answer before, with the same other parameters."),
      ),
  ),
});

/** Where the next page starts; absent on the last one. */
export const NextCursor = z.optional(z.string());

/** A place in a list as callers carry it; it fits the list it was made for and no other. */
export function cursorAt(place: unknown, list: unknown): string {
  return Buffer.from(JSON.stringify([markOf(list), place])).toString("base64url");
}

/** The place that a cursor stands for; a problem when it is none of this list. */
export function placeAt<S extends z.ZodMiniType>(
  cursor: string | undefined,
  list: unknown,
  Place: S,
): z.infer<S> | undefined {
  if (cursor === undefined) return undefined;
  const carried = Carried.safeParse(carriedBy(cursor));
  const place = Place.safeParse(carried.data?.[1]);
  if (carried.data?.[0] !== markOf(list) || !place.success)
    throw new Problem("request.invalid", [{ field: "cursor", message: "is not a cursor of this list" }]);
  return place.data;
}

const Carried = z.tuple([z.string(), z.unknown()]);

function markOf(list: unknown): string {
  return createHash("sha256").update(JSON.stringify(list)).digest("base64url").slice(0, 8);
}

function carriedBy(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
