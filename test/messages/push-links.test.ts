import { describe, expect, it } from "vitest";
import type { Content } from "../../functions/messages/content.ts";
import { linked } from "../../functions/messages/linked.ts";
import { noon } from "../make.ts";

const whose = { id: "msg_01HZX0000000000000000000MM", now: noon };
const order = "https://shop.northwind.example/orders/1";

/** Short links that show what they were made from; what was asked for is kept. */
function aShortener() {
  const asked: string[] = [];
  const shorten = async (url: string, _messageId: string, _now: number, place = "") => {
    asked.push(`${place} ${url}`.trim());
    return `https://nw.example/${place || "link"}`;
  };
  return { asked, shorten };
}

const content: Content = {
  text: "On its way: {{link}}",
  mediaUrls: [],
  link: order,
  push: {
    actions: [
      { id: "track", title: "Track", link: `${order}/track` },
      { id: "shed", title: "In the shed" },
      { id: "open", title: "Open", link: "northwind://orders/1" },
    ],
    deepLink: order,
    badge: 1,
  },
};

describe("the links of a notification", () => {
  it("are made short each by its place, the same address once, and places in an app stay", async () => {
    const { asked, shorten } = aShortener();
    expect(await linked({ content }, whose, shorten)).toEqual({
      content: {
        ...content,
        text: "On its way: https://nw.example/link",
        link: "https://nw.example/link",
        push: {
          actions: [
            { id: "track", title: "Track", link: "https://nw.example/action-track" },
            { id: "shed", title: "In the shed" },
            { id: "open", title: "Open", link: "northwind://orders/1" },
          ],
          deepLink: "https://nw.example/link",
          badge: 1,
        },
      },
    });
    expect(asked).toEqual([order, `action-track ${order}/track`]);
  });

  it("are those that a push itself says, where it says its own", async () => {
    const { asked, shorten } = aShortener();
    const push = { text: "Here", mediaUrls: [], push: { deepLink: `${order}/app` } };
    const said = await linked({ content, contents: { push } }, whose, shorten);
    expect(said.contents.push.push).toEqual({ deepLink: "https://nw.example/deep-link" });
    expect(said.content.push).toEqual(content.push);
    expect(asked).toEqual([order, `deep-link ${order}/app`]);
  });

  it("go out as they are when none can be made, and where the business has no short links", async () => {
    const broken = () => Promise.reject(new Error("no table"));
    for (const shorten of [broken, undefined])
      expect((await linked({ content }, whose, shorten)).content.push).toEqual(content.push);
  });
});
