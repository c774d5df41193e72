import { isIP } from "node:net";

const securePort = "443";

/** Whether an address may be one of somebody's endpoint: secure, at the usual port, by name and without credentials. */
export function isSafeUrl({ protocol, port, hostname, username, password }: URL): boolean {
  // The parser has turned decimal, octal and hexadecimal hosts into the usual form of an address by now.
  const isNamed = isIP(hostname.replaceAll(/^\[|\]$/g, "")) === 0 && hostname.includes(".");
  const isUsualPort = port === "" || port === securePort;
  return protocol === "https:" && isNamed && isUsualPort && username === "" && password === "";
}

/** Whether an address of this machine is meant. */
export function isLoopbackUrl({ protocol, hostname, username }: URL): boolean {
  return protocol === "http:" && (hostname === "localhost" || hostname === "127.0.0.1") && username === "";
}

/** Whether an address that a stranger has given may be called: what anybody could, and on a local cloud this machine. */
export function mayBeCalled(url: URL, isLocal: boolean): boolean {
  return isSafeUrl(url) || (isLocal && isLoopbackUrl(url));
}
