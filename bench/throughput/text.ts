/** The text of a message: it carries the message's id to the sink. */
export function textOf(id: string): string {
  return `Your parcel ${id} is on its way.`;
}

/** The id of a message by its text. */
export function idIn(text: string): string {
  return /parcel (\S+) is/.exec(text)?.[1] ?? "";
}
