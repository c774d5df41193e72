/** A sender that the simulated provider has given to the business. */
export interface CarrierNumber {
  /** E.164, short code or alphanumeric id. */
  readonly number: string;
  /** Message segments it may send in any one second. */
  readonly mps: number;
  /** Who answers STOP, START and HELP. */
  readonly optOut: "provider" | "none";
  /** Where texts to it are posted. */
  readonly inboundUrl?: string;
  readonly label?: string;
  /** Whose number it is. @default twilio */
  readonly provider?: "aws-sms";
}

/** What Amazon SES lets the business do. */
export interface MailAccount {
  /** Addresses and domains that are proven to be the business's own. */
  readonly identities: readonly string[];
  readonly perSecond: number;
  /** Where each set tells what became of e-mails, and what it tells. */
  readonly configurationSets: readonly {
    readonly name: string;
    readonly topicArn: string;
    readonly tells: readonly string[];
  }[];
}

/** An account of the business with the simulated provider. */
export interface Account {
  readonly accountSid: string;
  readonly authToken: string;
  readonly numbers: readonly CarrierNumber[];
  /** @default - it may send no e-mail */
  readonly mail?: MailAccount;
  /** API keys that may stand in for the account's own credentials. */
  readonly apiKeys?: readonly { readonly sid: string; readonly secret: string }[];
}

/** What kind of sender it is, by its looks. */
export function kindOf(number: string): "alphanumeric" | "short-code" | "toll-free" | "number" {
  if (/[A-Za-z]/.test(number)) return "alphanumeric";
  if (/^\d{3,8}$/.test(number)) return "short-code";
  return /^\+1(800|833|844|855|866|877|888)\d{7}$/.test(number) ? "toll-free" : "number";
}

/** The account and number behind a sender that people write to. */
export function ownerOf(
  accounts: readonly Account[],
  number: string,
): { readonly account: Account; readonly number: CarrierNumber } | undefined {
  for (const account of accounts) {
    const found = account.numbers.find((each) => each.number === number);
    if (found) return { account, number: found };
  }
  return undefined;
}

/** The account whose credentials these are: its own, or one of its API keys. */
export function signedIn(accounts: readonly Account[], user: string, password: string): Account | undefined {
  return accounts.find(
    ({ accountSid, authToken, apiKeys = [] }) =>
      (accountSid === user && authToken === password) ||
      apiKeys.some(({ sid, secret }) => sid === user && secret === password),
  );
}
