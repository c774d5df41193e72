import * as z from "zod/mini";

/** A language tag (BCP 47) such as `de` or `pt-BR`. */
export const Locale = z
  .string()
  .check(
    z.maxLength(35),
    z.regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, "is not a language tag such as de or pt-BR"),
  );

/** The languages to look for, best first: the tag itself, then each shorter one, then the same for the next wish. */
export function fallbacksOf(...wishes: readonly (string | undefined)[]): string[] {
  const found = wishes.flatMap((wish) => {
    const parts = (wish ?? "").replaceAll("_", "-").split("-");
    return parts.map((_, index) => parts.slice(0, parts.length - index).join("-"));
  });
  return [...new Set(found)].filter((tag) => tag !== "");
}
