import type { Laptop } from "./laptop.ts";

/** The API of a running Heliograph, as somebody with a key calls it. */
export interface Api {
  readonly get: (path: string) => Promise<Reply>;
  readonly post: (path: string, body: unknown, headers?: Record<string, string>) => Promise<Reply>;
  readonly put: (path: string, body: unknown) => Promise<Reply>;
  readonly patch: (path: string, body: unknown) => Promise<Reply>;
  readonly remove: (path: string) => Promise<Reply>;
}

/** An answer of the API; the stories read fields by name and fail loudly when one is missing. */
export interface Reply {
  readonly status: number;
  // The stories know the API by its documentation, not by our types: a field that is missing fails where it is read.
  readonly body: Json;
}

/** JSON as it came over the wire. */
export type Json = ReturnType<typeof JSON.parse>;

/** Calls the API with the laptop's key. */
export function apiOf(laptop: Pick<Laptop, "url" | "apiKey">): Api {
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Reply> => {
    const response = await fetch(`${laptop.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${laptop.apiKey}`, "content-type": "application/json", ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : {} };
  };
  return {
    get: (path) => call("GET", path),
    post: (path, body, headers) => call("POST", path, body, headers),
    put: (path, body) => call("PUT", path, body),
    patch: (path, body) => call("PATCH", path, body),
    remove: (path) => call("DELETE", path),
  };
}

/** Asks again and again until the answer fits; says what it waited for when it never does. */
export async function until<T>(
  what: string,
  ask: () => Promise<T> | T,
  fits: (answer: T) => boolean,
  seconds = 60,
): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (fits(answer)) return answer;
    if (performance.now() > end)
      throw new Error(
        `Waited ${seconds} s for: ${what}. Last seen: ${JSON.stringify(answer)?.slice(0, 1500)}`,
      );
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
