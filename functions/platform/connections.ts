import type { Agent, AgentOptions } from "node:http";

/**
 * How long connections are kept. What may be asked again takes a connection however long it has rested: a slept Lambda finds
 * it dead, the first call fails at once and is made again. What must not be sent twice must not be lost on a dead one either:
 * it takes one only while there is one call after the other.
 */
export type Keeping = "kept" | "while-busy";

/** No server ends a connection so soon after it has answered. */
const restMilliseconds = 1_000;

/** What has rested for so long is closed. */
const closedMilliseconds = 6_000;
const options: AgentOptions = { keepAlive: true, scheduling: "lifo", timeout: closedMilliseconds };

// More handshakes at once are what a cold function waits for, and a server on Node lets in one in a turn of its loop: some
// would be given up.
const mostAtOnce = 32;

/** Connections of each kind, apart from each other. A send has its moment: it waits for no connection of another. */
export function agentsOf(Kind: new (options: AgentOptions) => Agent): Readonly<Record<Keeping, Agent>> {
  return { kept: new Kind({ ...options, maxSockets: mostAtOnce }), "while-busy": noting(new Kind(options)) };
}

/** When a connection began to rest, by a clock that goes on while a Lambda sleeps. */
const restsSince = new WeakMap<object, number>();

function noting(agent: Agent): Agent {
  const keep = agent.keepSocketAlive.bind(agent);
  return Object.assign(agent, {
    keepSocketAlive: (socket: Parameters<typeof keep>[0]) => {
      restsSince.set(socket, Date.now());
      return keep(socket);
    },
  });
}

/** The connections without those that have rested too long to be trusted. */
export function withoutRested(agent: Agent, keeping: Keeping): Agent {
  if (keeping === "kept") return agent;
  for (const resting of Object.values(agent.freeSockets))
    for (const socket of resting ?? [])
      if (Date.now() - (restsSince.get(socket) ?? 0) > restMilliseconds) socket.destroy();
  return agent;
}
