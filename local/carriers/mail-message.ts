/** A file that came with an e-mail. */
export interface MailFile {
  readonly name: string;
  readonly contentType: string;
  /** As base64. */
  readonly content: string;
}

/** An e-mail as the provider took it and the mailbox has it. */
export interface MailMessage {
  /** What the provider calls it. */
  readonly id: string;
  /** The phone it is read on, or the mailbox itself. */
  readonly handset: string;
  readonly to: string;
  /** From header as people read it, and the address in it. */
  readonly from: { readonly name: string; readonly address: string };
  readonly replyTo: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  readonly attachments?: readonly MailFile[];
  /** Further headers. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly tags: Readonly<Record<string, string>>;
  readonly configurationSet?: string;
  readonly createdAt: number;
  readonly state: "on-its-way" | "arrived" | "bounced" | "rejected";
  readonly arrivedAt?: number;
  readonly openedAt?: number;
  /** The mailbox's server has asked for patience once. */
  readonly isDelayed?: true;
  /** The person called it spam. */
  readonly complainedAt?: number;
  /** What came of the button that unsubscribes. */
  readonly unsubscribed?: "done" | "failed";
}

/** Where one request unsubscribes, as the headers of RFC 8058 say it; undefined for an e-mail without the button. */
export function oneClickUrl({ headers }: Pick<MailMessage, "headers">): string | undefined {
  const named = (name: string) => headers.find((one) => one.name.toLowerCase() === name)?.value ?? "";
  if (named("list-unsubscribe-post") !== "List-Unsubscribe=One-Click") return undefined;
  return /<(https?:[^>]+)>/.exec(named("list-unsubscribe"))?.[1];
}
