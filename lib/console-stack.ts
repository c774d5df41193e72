import type { Construct } from "constructs";
import { StageStack } from "./constructs/stage-stack.ts";
import { Integrations } from "./integrations.ts";
import { Keys } from "./keys.ts";
import type { OnMessagingProps } from "./messaging-stack.ts";
import { Overview } from "./overview.ts";

/** How the business's people and systems look at messaging and steer it: a list of parts. */
export class ConsoleStack extends StageStack {
  constructor(scope: Construct, props: OnMessagingProps) {
    super(scope, "Console", props);
    const { data, messaging } = props;
    new Keys(this, "Keys", data, messaging.api);
    const { graphs } = new Integrations(this, "Integrations", data, messaging.api);
    new Overview(this, "Overview", { alarms: data.alarms, graphs });
  }
}
