import * as z from "zod/mini";

/** What is said to people of what a schema takes. */
export type Said = z.core.GlobalMeta;

/** What is said of a schema; of one that may be left out, what is said of the one inside. */
export function saidOf(schema: z.core.$ZodType): Said {
  return z.globalRegistry.get(insideOf(schema)) ?? {};
}

/** The schema of what is there, for one that may be left out. */
export function insideOf(schema: z.core.$ZodType): z.core.$ZodType {
  const mayBeLeftOut =
    schema instanceof z.ZodMiniOptional ||
    schema instanceof z.ZodMiniDefault ||
    schema instanceof z.ZodMiniPrefault;
  return mayBeLeftOut ? insideOf(schema.def.innerType) : schema;
}
