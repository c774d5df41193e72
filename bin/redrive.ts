import { parseArgs } from "node:util";
import { ListMessageMoveTasksCommand, SQSClient, StartMessageMoveTaskCommand } from "@aws-sdk/client-sqs";
import { type DeadQueue, deadQueues, drop, lookAt, moveBack, replace } from "./dead-letters.ts";
import { fits, lineAbout } from "./dead-reason.ts";
import { useEnvironment } from "./local-environment.ts";

// npm run redrive: reads dead letters and puts them back on their queue, with the AWS SDK's own settings or beside npm start.
const usage = `npm run redrive                                lists the queues and their dead letters
npm run redrive -- <queue> --list              shows each with its reason
npm run redrive -- <queue> [--max 100]         puts them back on their queue
npm run redrive -- <queue> --drop <id>|all     drops what can never be done
npm run redrive -- <queue> --fix <id> --body '{"messageId": "msg_…"}'

<queue> is a part of a queue's name. --stage test is another deployment, --local .local a running npm start.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    list: { type: "boolean" },
    max: { type: "string" },
    drop: { type: "string" },
    fix: { type: "string" },
    body: { type: "string" },
    stage: { type: "string", default: "prod" },
    local: { type: "string" },
    help: { type: "boolean" },
  },
});
if (values.local) useEnvironment(values.local);
const client = new SQSClient({});
console.log(values.help ? usage : await answer());
client.destroy();

async function answer(): Promise<string> {
  const all = await deadQueues(client, values.local ? "" : `Heliograph-${values.stage}-`);
  const [wanted] = positionals;
  if (!wanted) return all.map(({ count, name, source }) => `${count}\t${source?.name ?? name}`).join("\n");
  const found = all.filter(({ name, source }) => plain(`${source?.name} ${name}`).includes(plain(wanted)));
  const [queue] = found;
  if (!queue || found.length > 1) {
    process.exitCode = 1;
    return `${found.length} queues are called ${wanted}: ${found.map((one) => one.source?.name ?? one.name).join(", ")}`;
  }
  return withQueue(queue);
}

async function withQueue(queue: DeadQueue): Promise<string> {
  const name = queue.source?.name ?? queue.name;
  if (values.list) {
    const letters = await lookAt(client, queue);
    return [
      ...letters.map((letter) => lineAbout(name, letter)),
      `${letters.length} dead letters of ${name}`,
    ].join("\n");
  }
  if (values.drop) return `${await drop(client, queue, values.drop)} dropped from ${name}`;
  if (values.fix) {
    if (!fits(name, values.body ?? "")) throw new Error(`The body does not fit ${name} either`);
    return `${await replace(client, queue, values.fix, values.body ?? "")} put back on ${name} with a mended body`;
  }
  const started = values.max === undefined && (await startTask(queue));
  const moved = started
    ? await taskEnds(queue)
    : await moveBack(client, queue, Number(values.max ?? Infinity));
  return `${moved} put back on ${name}`;
}

/** SQS moves by itself where it can; a cloud that cannot says so, and then we carry. */
async function startTask(queue: DeadQueue): Promise<boolean> {
  if (values.local) return false;
  await client.send(new StartMessageMoveTaskCommand({ SourceArn: queue.arn }));
  return true;
}

async function taskEnds(queue: DeadQueue): Promise<number> {
  for (;;) {
    const { Results = [] } = await client.send(
      new ListMessageMoveTasksCommand({ SourceArn: queue.arn, MaxResults: 1 }),
    );
    const [task] = Results;
    if (task?.Status === "COMPLETED") return task.ApproximateNumberOfMessagesMoved ?? 0;
    if (task?.Status === "FAILED") throw new Error(`The move failed: ${task.FailureReason ?? "no reason"}`);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  }
}

/** People write names with dashes, CloudFormation without. */
function plain(name: string): string {
  return name.replaceAll(/[^a-z0-9]/gi, "").toLowerCase();
}
