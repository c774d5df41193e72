import type { Construct } from "constructs";
import { type StageProps, StageStack } from "./constructs/stage-stack.ts";
import type { DataStack } from "./data-stack.ts";
import { Integrations } from "./integrations.ts";
import { Keys } from "./keys.ts";
import type { MessagingStack } from "./messaging-stack.ts";
import { Overview } from "./overview.ts";

/** What the console is built on. */
export interface ConsoleProps extends StageProps {
  readonly data: DataStack;
  readonly messaging: MessagingStack;
}

/** How the business's people and systems look at messaging and steer it: a list of parts. */
export class ConsoleStack extends StageStack {
  constructor(scope: Construct, props: ConsoleProps) {
    super(scope, "Console", props);
    const { data, messaging } = props;
    new Keys(this, "Keys", data, messaging.api);
    const { graphs } = new Integrations(this, "Integrations", data, messaging.api);
    new Overview(this, "Overview", { alarms: data.alarms, graphs });
  }
}
