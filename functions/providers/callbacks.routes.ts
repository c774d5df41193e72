/** Where providers call us back, under any of our addresses; their signatures are their keys. */
export const callbackRoutes = [
  "POST /callbacks/{connection}/status/{attemptId}",
  "POST /callbacks/{connection}/inbound",
] as const;
