/** Every entry of a list that comes in pages, fetching the next page when somebody asks for more. */
export async function* eachEntry<Entry>(
  page: (cursor: string | undefined) => Promise<unknown>,
): AsyncGenerator<Entry, void> {
  let cursor: string | undefined;
  do {
    const answer = (await page(cursor)) as Readonly<Record<string, unknown>>;
    yield* entriesIn(answer) as Entry[];
    const next = answer["nextCursor"];
    cursor = typeof next === "string" && next !== cursor ? next : undefined;
  } while (cursor !== undefined);
}

/** A page has one list, whatever it is called. */
function entriesIn(answer: Readonly<Record<string, unknown>>): unknown[] {
  return Object.values(answer).find(Array.isArray) ?? [];
}
