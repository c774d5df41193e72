/** A push notification on its way to a phone, or on its lock screen. */
export interface Notice {
  readonly id: string;
  readonly handset: string;
  readonly token: string;
  /** The push application it was sent through. */
  readonly app: string;
  readonly platform: "fcm" | "apns";
  readonly title: string;
  readonly body: string;
  readonly imageUrl?: string;
  /** Meant for the app only. */
  readonly silent: boolean;
  readonly data: Readonly<Record<string, string>>;
  readonly createdAt: number;
  /** After this instant the push provider drops it. */
  readonly expiresAt: number;
  readonly state: "on-its-way" | "waiting" | "shown" | "opened" | "dismissed" | "not-shown";
  readonly shownAt?: number;
  readonly openedAt?: number;
  /** Why the person never saw it. */
  readonly hiddenBy?: "app-off" | "app-removed" | "push-disabled" | "silent" | "expired";
  /** What the app has told the business so far. */
  readonly receipts: readonly ("received" | "opened")[];
}
