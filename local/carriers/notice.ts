/** A button under a notification. */
export interface NoticeAction {
  readonly id: string;
  readonly title: string;
  readonly link?: string;
}

/** A push notification on its way to a phone, or on its lock screen. */
export interface Notice {
  readonly id: string;
  readonly handset: string;
  readonly token: string;
  /** The push application it was sent through. */
  readonly app: string;
  readonly platform: "fcm" | "apns" | "web";
  readonly title: string;
  readonly body: string;
  readonly imageUrl?: string;
  /** Where a tap leads. @default the app */
  readonly link?: string;
  readonly actions?: readonly NoticeAction[];
  /** The number on the app's icon from then on. */
  readonly badge?: number;
  /** Takes the place of an earlier one of the same app that has it, too. */
  readonly collapseId?: string;
  /** Of those with the same one that wait, a browser's push service keeps the last. */
  readonly topic?: string;
  /** Meant for the app only. */
  readonly silent: boolean;
  readonly data: Readonly<Record<string, string>>;
  readonly createdAt: number;
  /** After this instant the push provider drops it. */
  readonly expiresAt: number;
  readonly state: "on-its-way" | "waiting" | "shown" | "opened" | "dismissed" | "replaced" | "not-shown";
  readonly shownAt?: number;
  readonly openedAt?: number;
  /** The button that opened it. */
  readonly pressed?: string;
  /** Why the person never saw it. */
  readonly hiddenBy?: "app-off" | "app-removed" | "push-disabled" | "silent" | "expired";
  /** What the app has told the business so far. */
  readonly receipts: readonly ("received" | "opened")[];
}
