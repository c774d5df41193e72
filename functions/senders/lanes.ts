/** The message group of a contact: always the same, so that their messages keep their order. */
export function groupOf(contactId: string, groups: number): string {
  let hash = 0;
  for (let index = 0; index < contactId.length; index += 1)
    hash = (Math.imul(hash, 31) + contactId.charCodeAt(index)) >>> 0;
  return `group-${hash % groups}`;
}
