import type * as z from "zod/mini";
import { business } from "../../heliograph.config.ts";
import { changeContact } from "../contacts/change.ts";
import { contactStore } from "../contacts/contact.store.ts";
import { contactNamed } from "../contacts/look-up.ts";
import { categoryRoutes, type CategoryView } from "../messages/categories.routes.ts";
import { capOf, type Category, respectsQuietHours } from "../messages/category.ts";
import { type Call, onRoutes } from "../platform/api.ts";
import { tables } from "../platform/aws.store.ts";
import { systemClock } from "../platform/clock.ts";
import { doorOf } from "../platform/door.store.ts";
import { setting } from "../platform/env.ts";
import { assertUnchanged } from "../platform/etag.ts";
import { Problem } from "../platform/problem.ts";
import type { Operation } from "../platform/routes.ts";
import type { Preferences } from "./preferences.ts";
import { preferenceRoutes } from "./preferences.routes.ts";
import { preferencesViewOf, withChange } from "./view.ts";

const dynamo = tables();
const contacts = contactStore(dynamo, setting("CONTACTS_TABLE"));
const once = doorOf(dynamo, setting("COUNTERS_TABLE"));

/** What people chose for themselves, and the categories there are to choose for. */
export const handler = onRoutes(
  { ...preferenceRoutes, ...categoryRoutes },
  {
    getPreferences: async ({ params }) => {
      const contact = await contactNamed(params["contactId"] ?? "", contacts);
      if (!contact) throw new Problem("contact.not-found");
      return preferencesViewOf(contact.preferences);
    },
    putPreferences: async (call) => change(call, () => call.body),
    changePreferences: async (call) => change(call, (seen) => withChange(seen, call.body)),
    listCategories: async () => ({ categories: business.categories.map(categoryViewOf) }),
    getCategory: async ({ params }) => {
      const category = business.categories.find(({ id }) => id === params["categoryId"]);
      if (!category) throw new Problem("category.unknown");
      return categoryViewOf(category);
    },
  },
  once,
);

async function change(
  { params, ifMatch }: Pick<Call<Operation>, "params" | "ifMatch">,
  edit: (seen: Preferences) => Preferences,
) {
  const changed = await changeContact(
    params["contactId"] ?? "",
    (contact) => {
      assertUnchanged(ifMatch, preferencesViewOf(contact.preferences));
      const preferences = edit(contact.preferences);
      assertDeclared(preferences);
      return { ...contact, preferences, updatedAt: systemClock.now() };
    },
    { contacts },
  );
  return preferencesViewOf(changed.preferences);
}

/** A choice for a category that nobody sends would be a choice without effect. */
function assertDeclared({ categories = {} }: Preferences): void {
  const unknown = Object.keys(categories).filter(
    (choice) => !business.categories.some(({ id }) => id === choice),
  );
  if (unknown.length === 0) return;
  throw new Problem(
    "body.invalid",
    unknown.map((id) => ({ field: `categories.${id}`, message: "is not a declared category" })),
  );
}

function categoryViewOf(category: Category): z.infer<typeof CategoryView> {
  const quietHours = respectsQuietHours(category) ? "hold" : "exempt";
  return { ...category, capPerMonth: capOf(category) ?? null, quietHours };
}
