import { client } from "./client.ts";
import { byId, element, fitting } from "./element.ts";
import { storyParts } from "./story.ts";

type Subject = Parameters<typeof client.story>;

let shown: { readonly subject: Subject; readonly zone: string | undefined } | undefined;
let told = "";

/** Shows why a text, notification or e-mail came on this channel and now, and what has come of it since. */
export async function showStory(...[of, id, zone]: [...Subject, zone: string | undefined]): Promise<void> {
  const dialog = fitting("story-dialog", HTMLDialogElement);
  shown = { subject: [of, id], zone };
  told = "";
  byId("story-title").textContent = `Why this ${subjects[of]}, why now?`;
  byId("story").replaceChildren(element("p", {}, "Asking the business…"));
  dialog.addEventListener("close", () => (shown = undefined), { once: true });
  dialog.showModal();
  await tell();
}

const subjects = { texts: "text", notifications: "notification", mails: "e-mail" } as const;

/** Tells an open story again: something may have happened. */
export function retell(): void {
  if (shown) void tell();
}

async function tell(): Promise<void> {
  if (!shown) return;
  const { subject, zone } = shown;
  const place = byId("story");
  try {
    const story = await client.story(...subject);
    const text = JSON.stringify(story);
    // Nobody's reading is disturbed by the same words again.
    if (text !== told && shown?.subject === subject) place.replaceChildren(...storyParts(story, zone));
    told = text;
  } catch (error) {
    place.replaceChildren(element("p", { class: "wrong", role: "alert" }, (error as Error).message));
  }
}
