import * as z from "zod/mini";

/** Text that ends up in a header of something: with a line break in it, it could add another header. */
export const OneLine = z
  .string()
  .check(
    z.minLength(1),
    z.regex(/^[^\p{Cc}\u2028\u2029]*$/u, "has a line break or another control character"),
  );
