/** A change to the product that breaks one of its promises; a simulation that does not notice is worth nothing. */
export interface Canary {
  readonly name: string;
  readonly changes: readonly Change[];
}

/** Text that stands in a file exactly once, and what stands there instead. */
interface Change {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const inFile =
  (file: string) =>
  (from: string, to: string): Change => ({ file, from, to });
const page = inFile("functions/campaigns/page.ts");
const start = inFile("functions/campaigns/start.ts");
const gate = inFile("functions/consent/gate.ts");
const gateStore = inFile("functions/consent/gate.store.ts");
const ledgerStore = inFile("functions/consent/ledger.store.ts");
const receive = inFile("functions/inbound/receive.ts");
const accept = inFile("functions/messages/accept.ts");
const carried = inFile("functions/messages/carried.ts");
const attempt = inFile("functions/messages/attempt.ts");
const effects = inFile("functions/messages/effects.ts");
const cohortMachine = inFile("functions/messages/cohort-machine.store.ts");
const message = inFile("functions/messages/message.ts");
const messageStore = inFile("functions/messages/message.store.ts");
const status = inFile("functions/messages/status.ts");
const sweep = inFile("functions/messages/sweep.ts");
const twilio = inFile("functions/providers/twilio.provider.ts");
const attemptDelivery = inFile("functions/senders/attempt-delivery.ts");
const pace = inFile("functions/senders/pace.ts");
const ready = inFile("functions/senders/ready.ts");
const breaker = inFile("functions/senders/breaker.ts");
const keptBack = inFile("functions/senders/kept-back.ts");
const look = inFile("functions/switches/look.ts");
const enter = inFile("functions/senders/enter.ts");
const verdict = inFile("functions/senders/verdict.ts");
const readBoard = inFile("functions/switches/read.ts");
const releaseWaiting = inFile("functions/switches/release.ts");

/** Each is a mistake that somebody could make, and some systems have made. */
export const canaries: readonly Canary[] = [
  {
    name: "consent is not looked at",
    changes: [gate("if (!claim.ignoresConsent && !consentAllows(", "if (false && !consentAllows(")],
  },
  {
    name: "the gate is checked first and written later",
    changes: [
      gateStore(
        'ConditionExpression: seen.version === 0 ? "attribute_not_exists(pk)" : "version = :seen",',
        "",
      ),
      gateStore('...(seen.version > 0 && { ExpressionAttributeValues: { ":seen": seen.version } }),', ""),
    ],
  },
  {
    name: "the message is written without looking whether it changed",
    changes: [
      messageStore(
        'seen === 0 ? "attribute_not_exists(pk)" : "version = :seen"',
        'seen === 0 ? "attribute_not_exists(pk)" : "attribute_not_exists(nothing)"',
      ),
    ],
  },
  {
    name: "a call that timed out is sent again",
    changes: [
      twilio(
        'return { is: "unknown", reason: isTimeout(error) ? "timeout" : "reply-lost" };',
        'return { is: "busy", reason: String(isTimeout(error)), retryAfterSeconds: 1 };',
      ),
    ],
  },
  {
    name: "a server error counts as not sent",
    changes: [
      twilio(
        'return { is: "unknown", reason: `http-${status}` };',
        'return { is: "busy", reason: "again", retryAfterSeconds: 1 };',
      ),
    ],
  },
  {
    name: "the next step starts although the person has the message",
    changes: [
      status("if (isFinished(message) || message.confirmedAt !== undefined || !target)", "if (!target)"),
      // Either of the two is enough to keep the promise.
      attempt(
        "const { dueAt: _dueAt, movesOnAt: _movesOnAt, reason: _reason, ...rest } = message;",
        "const { dueAt: _dueAt, reason: _reason, ...rest } = message;",
      ),
    ],
  },
  {
    name: "a receipt counts whatever came before it",
    changes: [attempt("const isNews = tellsMore(attempt, receipt);", "const isNews = true;")],
  },
  {
    name: "quiet hours are looked at only when routing",
    changes: [verdict("if (!hours || !closed)", "if (true)")],
  },
  {
    name: "the provider may keep a message for as long as it likes",
    changes: [
      twilio(
        "ValidityPeriod: String(Math.min(36_000, Math.max(1, Math.floor(validitySeconds)))),",
        'ValidityPeriod: validitySeconds ? "36000" : "36000",',
      ),
    ],
  },
  {
    name: "the slot clock is ignored",
    changes: [
      pace("await sleepUntil(at);\n", ""),
      pace("const isOnTime = late <= (slackOf.get(at) ?? 0);", "const isOnTime = true;"),
    ],
  },
  {
    name: "a call may start however late it is",
    changes: [pace("const isOnTime = late <= (slackOf.get(at) ?? 0);", "const isOnTime = true;")],
  },
  {
    name: "what was refused counts against the cap",
    changes: [
      gate("taken.by === by ? { ...gate, claims } : gate", "taken.by === by && claims ? gate : gate"),
    ],
  },
  {
    name: "the ledger is written over",
    changes: [
      ledgerStore(
        'ConditionExpression: "attribute_not_exists(pk)"',
        'ConditionExpression: "attribute_not_exists(nothing)"',
      ),
    ],
  },
  {
    name: "an attempt is made whoever has begun it",
    changes: [
      attempt(
        "if (!attempt || !isToBeMade(message, attemptId) || message.confirmedAt !== undefined) return undefined;",
        "if (!attempt || attempt.id !== attemptId) return undefined;",
      ),
      attempt(
        'return attempt?.id === attemptId && attempt.status === "queued" && message.status === "queued";',
        "return attempt?.id === attemptId;",
      ),
      gate(
        "export function takeGate(gate: Gate, claim: Claim, now: number): Taken {\n  const earlier = gate.claims[claim.attemptId];\n  if (earlier)",
        'export function takeGate(gate: Gate, claim: Claim, now: number): Taken {\n  const earlier = gate.claims[claim.attemptId];\n  if (earlier?.is === "void")',
      ),
    ],
  },
  {
    name: "nobody looks at an attempt whose answer was left to a receipt",
    changes: [
      attempt(
        "const looked = lookedAtBy(next, now + dueSeconds.sending * 1000);",
        "const { dueAt: _dueAt, ...looked } = next;",
      ),
    ],
  },
  {
    name: "a message is accepted before it is stored",
    changes: [
      accept(
        "if (await using.messages.create(message)) {",
        "void using.messages.create(message).catch(() => undefined);\n  if (message) {",
      ),
    ],
  },
  {
    name: "nobody sweeps up",
    changes: [sweep("sweepShard(shard, now, using)", "Promise.resolve(shard * 0)")],
  },
  {
    name: "nobody looks at the pages of campaigns",
    changes: [start("lookAt = Infinity }) => lookAt <= now", "lookAt = Infinity }) => lookAt < 0")],
  },
  {
    name: "nobody is put on the list of a cohort",
    changes: [cohortMachine("list.add(first.cohort, messageIds), ", "")],
  },
  {
    name: "a keyword is answered each time it is delivered",
    changes: [
      receive('id: idFrom("msg", inbound.id),', 'id: idFrom("msg", `${inbound.id}${using.clock.now()}`),'),
    ],
  },
  {
    name: "an event carries the text",
    changes: [effects("category: message.category,", "category: message.content.text,")],
  },
  {
    name: "a cohort moves on whoever stands at an earlier step",
    changes: [
      status(
        "if (message.movesOnAt !== at) return undefined;\n  const start = startStep(message, message.step + 1, now);",
        `if (!at) return undefined;
  const start = startStep({ ...message, status: "sent", confirmedAt: undefined }, message.step + 1, now);`,
      ),
    ],
  },
  {
    name: "nobody has cohorts timed",
    changes: [cohortMachine("if (started.has(name)) return;", 'if (name !== "") return;')],
  },
  {
    name: "the gate is held for ever once it was taken",
    changes: [
      attemptDelivery("const gateHoldsMilliseconds = 5_000;", "const gateHoldsMilliseconds = 5_000_000;"),
    ],
  },
  {
    name: "switches are asked only when routing",
    changes: [
      ready('if (await isKeptBack(one, "queued", using)) return undefined;', ""),
      enter('if (await isKeptBack(due, "sending", using)) return false;', ""),
    ],
  },
  {
    name: "a worker reads the switches once in its life",
    changes: [readBoard("export const restMilliseconds = 10_000;", "export const restMilliseconds = 1e12;")],
  },
  {
    name: "a page that is run again makes new messages",
    changes: [
      page(
        'return idFrom("msg", `${campaignId}/${contactId}`);',
        'return idFrom("msg", `${campaignId}/${(runs += 1)}/${contactId}`);',
      ),
      page("export function messageIdFor(", "let runs = 0;\nexport function messageIdFor("),
    ],
  },
  {
    name: "what a queue carried is stored unsent while another copy of it is sent",
    changes: [
      carried(
        "if (!isCarried(seen) || !isUnsent(next)) return messages.replace(next, seen);",
        "if (next) return messages.replace(next, seen);",
      ),
    ],
  },
  {
    name: "a message whose run died with it counts as never sent",
    changes: [
      carried('{ is: "unknown", reason: "answer-not-kept" }', '{ is: "refused", reason: "answer-not-kept" }'),
    ],
  },
  {
    name: "nobody asks whether a campaign is switched off",
    changes: [
      message(
        "...(campaignId !== undefined && { campaign: campaignId })",
        '...(campaignId === "" && { campaign: campaignId })',
      ),
    ],
  },
  {
    name: "what waits for a switch is forgotten",
    changes: [releaseWaiting("if (liftedAt === undefined) return 0;", "if (liftedAt !== 0) return 0;")],
  },
  {
    name: "an open circuit is ignored",
    changes: [
      keptBack("const shut = shutFor(board, sender.connection);", "const shut = shutFor({}, sender.id);"),
      breaker('if (circuit.trial !== "free") return false;', 'if (circuit.trial !== "free") return true;'),
      breaker("return !circuit || circuit.trial === attemptId;", "return circuit?.trial !== connection;"),
    ],
  },
  {
    name: "nobody looks whether a provider works again",
    changes: [
      look(
        'const isFree = trial === "free" || (using.clock.now() >= until && (await lookAt(connection, using)));',
        "const isFree = false;",
      ),
    ],
  },
];
