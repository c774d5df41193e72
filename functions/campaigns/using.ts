import type { GateStore } from "../consent/gate.store.ts";
import type { MessageStore } from "../messages/message.store.ts";
import type { HandAllUsing, TakeInUsing } from "../messages/take-in.ts";
import type { Publish } from "../platform/events.ts";
import type { CampaignStore } from "./campaign.store.ts";
import type { SendWork, SendWorkLater } from "./campaign-work.ts";
import type { WriteUsing } from "./write.ts";

/** What work on campaigns works with. */
export interface CampaignUsing extends TakeInUsing, HandAllUsing, WriteUsing {
  readonly campaigns: CampaignStore;
  readonly messages: Pick<MessageStore, "create" | "find" | "findAll" | "replace">;
  readonly gates: GateStore;
  readonly sendWork: SendWork;
  readonly sendWorkLater: SendWorkLater;
  readonly publish: Publish;
}
