import { createServer } from "node:http";

/** Answers every AWS call at once with the same thing: what is left is the caller's own work. */
const item = {
  pk: { S: "msg_01HZX0000000000000000000MM" },
  sk: { S: "message" },
  version: { N: "1" },
  message: {
    M: {
      id: { S: "msg_01HZX0000000000000000000MM" },
      contactId: { S: "con_01HZX0000000000000000000AA" },
      category: { S: "delivery-update" },
      content: {
        M: { text: { S: "Your parcel arrives today between 10:00 and 12:00." }, mediaUrls: { L: [] } },
      },
      createdAt: { N: "1795453200000" },
      expiresAt: { N: "1795712400000" },
      status: { S: "accepted" },
      step: { N: "-1" },
      attempts: { L: [] },
      timeline: { L: [{ M: { at: { N: "1795453200000" }, what: { S: "accepted" } } }] },
    },
  },
};
const answers: Readonly<Record<string, string>> = {
  GetItem: JSON.stringify({ Item: item }),
  PutItem: "{}",
  // The digest is the one of the body that the benchmark sends: the SDK checks it.
  SendMessage: JSON.stringify({ MessageId: "1", MD5OfMessageBody: "bf021e08869e0fea64d7f324d83504f4" }),
  PutEvents: JSON.stringify({ FailedEntryCount: 0, Entries: [{ EventId: "1" }] }),
};

const server = createServer((request, response) => {
  const operation = String(request.headers["x-amz-target"]).split(".").at(-1) ?? "";
  const text = answers[operation] ?? "{}";
  request.resume();
  request.on("end", () => {
    response.writeHead(200, { "content-type": "application/x-amz-json-1.0", "content-length": text.length });
    response.end(text);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.(typeof address === "object" && address ? address.port : 0);
});
process.on("disconnect", () => process.exit(0));
