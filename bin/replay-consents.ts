import * as z from "zod/mini";
import { ConsentEntry } from "../functions/consent/consent.ts";
import { recordConsent, type RecordUsing } from "../functions/consent/record.ts";
import { idFrom } from "../functions/platform/ids.ts";

const { contactId, addressId, purpose, state, method } = ConsentEntry.shape;

/** Changes of consent as the journal of events has them: what happened together stands in one line. */
const Told = z.object({
  id: z.string(),
  time: z.iso.datetime(),
  "detail-type": z.literal("consent.changed"),
  detail: z.object({ happened: z.array(z.object({ contactId, addressId, purpose, state, method })) }),
});

/** Records again what people decided after an export, from the journal's lines; returns how many decisions. */
export async function replayConsents(
  lines: AsyncIterable<string> | Iterable<string>,
  since: number,
  using: RecordUsing,
): Promise<number> {
  let count = 0;
  for await (const line of lines) {
    const told = Told.safeParse(jsonOf(line));
    // The journal's times are whole seconds.
    if (!told.success || Date.parse(told.data.time) < Math.floor(since / 1000) * 1000) continue;
    const { id, time, detail } = told.data;
    for (const [place, one] of detail.happened.entries()) {
      const entryId = idFrom("cse", `journal/${id}/${place}`);
      await recordConsent([{ ...one, id: entryId, at: Date.parse(time), actor: "journal" }], using);
      count += 1;
    }
  }
  return count;
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
