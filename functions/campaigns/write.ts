import { linked } from "../messages/linked.ts";
import type { Category } from "../messages/category.ts";
import type { Message } from "../messages/message.ts";
import { newMessage } from "../messages/new-message.ts";
import { suppressed } from "../messages/status.ts";
import type { Contact } from "../contacts/contact.ts";
import type { Business } from "../business/business.ts";
import type { Shorten } from "../links/shorten.ts";
import { Problem } from "../platform/problem.ts";
import { type Composed, composed } from "../templates/compose.ts";
import type { Template } from "../templates/template.ts";
import type { FindTemplate } from "../templates/template.store.ts";
import type { Campaign } from "./campaign.ts";
import { messageIdFor, type Page } from "./page.ts";

/** What writing to recipients works with. */
export interface WriteUsing {
  readonly business: Business;
  /** @default no template is known */
  readonly findTemplate?: FindTemplate;
  /** @default links go out as they are */
  readonly shorten?: Shorten | undefined;
}

/** Writes a campaign's message to a recipient. */
export type Write = (
  contactId: string,
  contact: Contact | undefined,
  page: Pick<Page, "number" | "variables">,
  now: number,
) => Promise<Message>;

/** Writes a campaign to its recipients, each in their language and with what is theirs; the template is read once. */
export async function writerFor(campaign: Campaign, using: WriteUsing): Promise<Write> {
  const { id: campaignId, template: named } = campaign;
  const category = categoryFor(campaign, using);
  const template = named && (await using.findTemplate?.(named.id, named.version));
  if (named && !template) throw new Error(`Template ${named.id} of campaign ${campaignId} is not there`);
  return async (contactId, contact, { number, variables }, now) => {
    const id = messageIdFor(campaignId, contactId);
    try {
      const values = { ...named?.variables, ...variables?.[contactId] };
      const said = await linked(
        saidIn(campaign, template, values, contact, using),
        { id, now },
        using.shorten,
      );
      const about = { id, contactId, category, campaign: { id: campaignId, page: number } };
      return newMessage({ ...about, ...said, now });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      // What a person is called may make a text too long: nobody else's message waits for that.
      return suppressed(unwritten(campaign, contactId, number, now), "content-unfit", now);
    }
  };
}

/** A message of which only the name of what it would have said is there: it goes nowhere. */
export function unwritten(
  { id: campaignId, name, template, category }: Campaign,
  contactId: string,
  page: number,
  now: number,
): Message {
  return newMessage({
    id: messageIdFor(campaignId, contactId),
    contactId,
    category: { id: category, validitySeconds: 0 },
    campaign: { id: campaignId, page },
    content: { text: `(${template?.id ?? name})`, mediaUrls: [] },
    now,
  });
}

function saidIn(
  { id, content }: Campaign,
  template: Template | undefined,
  values: Readonly<Record<string, unknown>>,
  contact: Contact | undefined,
  { business: { brand } }: WriteUsing,
): Composed {
  if (template) return composed(template, values, { contact, brand });
  if (content) return { content };
  throw new Error(`Campaign ${id} says nothing`);
}

function categoryFor({ category, id }: Campaign, { business }: WriteUsing): Category {
  const found = business.categories.find((one) => one.id === category);
  // Somebody removed it after the launch: the page waits in the dead letters until it is back.
  if (!found) throw new Error(`Category ${category} of campaign ${id} is not declared any more`);
  return found;
}
