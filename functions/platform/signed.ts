import { createHmac, timingSafeEqual } from "node:crypto";

/** Something said, with our signature behind it; `about` keeps apart what one key signs for different ends. */
export function signed(said: string, key: string, about = ""): string {
  return `${said}.${createHmac("sha256", key).update(`${about}${said}`).digest("base64url")}`;
}

/** What a token says; undefined when we did not sign it for this end. */
export function saidIn(token: string, key: string, about = ""): string | undefined {
  const said = token.slice(0, token.lastIndexOf("."));
  const [given, expected] = [Buffer.from(token), Buffer.from(signed(said, key, about))];
  return given.length === expected.length && timingSafeEqual(given, expected) ? said : undefined;
}
