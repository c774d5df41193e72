import { messageStore } from "../messages/message.store.ts";
import { tables } from "../platform/aws.store.ts";
import { busPublisher } from "../platform/bus.store.ts";
import { setting } from "../platform/env.ts";
import { onQueue } from "../platform/queue.ts";
import { Click, count } from "./click.ts";

const using = {
  messages: messageStore(tables(), setting("MESSAGES_TABLE")),
  publish: busPublisher(setting("EVENT_BUS")),
};

/** Counts the links that people followed. */
export const handler = onQueue(Click, (click) => count(click, using));
