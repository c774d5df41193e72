import { expect, it, describe } from "vitest";
import { MailEvent, receiptOfMail, tagOf } from "../../functions/providers/ses-events.ts";
import vectors from "./ses-vectors.json" with { type: "json" };

const { mail, ...events } = vectors;
const attemptId = "msg_01HZX0000000000000000000MM.1";
const told = (event: object, more: object = {}) =>
  receiptOfMail(MailEvent.parse({ ...event, mail: { ...mail, ...more } }));
const bounce = (bounceType: string, bounceSubType: string) =>
  told({ ...events.Bounce, bounce: { ...events.Bounce.bounce, bounceType, bounceSubType } });
const complaint = (more: object) =>
  told({ ...events.Complaint, complaint: { ...events.Complaint.complaint, ...more } });

describe("an event of an e-mail", () => {
  it("belongs to the attempt that its tag names, at the moment SES says", () => {
    expect(told(events.Delivery)).toEqual({
      attemptId,
      is: "delivered",
      at: Date.UTC(2026, 10, 23, 17, 0, 2, 202),
      from: "callback",
      providerMessageId: mail.messageId,
    });
    expect(mail.tags.attempt).toEqual([tagOf(attemptId)]);
    expect(tagOf(attemptId), "tags take letters, digits, dashes and underscores").toMatch(/^[\w-]+$/);
  });

  it("that has no moment of its own is as old as the e-mail", () => {
    expect(told(events.Send)).toMatchObject({ is: "provider-accepted", at: Date.parse(mail.timestamp) });
    expect(told(events.Reject)).toMatchObject({ is: "failed", reason: "content-blocked", code: "Reject" });
  });

  it("of a delay proves that SES has it, and of an opened one that it was read", () => {
    expect(told(events.DeliveryDelay)).toMatchObject({ is: "provider-accepted" });
    expect(told(events.Open)).toMatchObject({ is: "read", at: Date.parse("2026-11-23T17:30:00.652Z") });
    expect(told(events.RenderingFailure)).toMatchObject({ is: "failed", reason: "content-invalid" });
  });

  it.each([
    ["Permanent", "General", "bounced-for-good"],
    ["Permanent", "NoEmail", "no-such-mailbox"],
    ["Permanent", "Suppressed", "suppressed-by-provider"],
    ["Permanent", "OnAccountSuppressionList", "suppressed-by-provider"],
    ["Permanent", "UnsubscribedRecipient", "bounced-for-good"],
  ])("of a hard bounce (%s, %s) says that the mailbox cannot be reached", (type, subtype, reason) => {
    expect(bounce(type, subtype)).toMatchObject({
      is: "undelivered",
      reason,
      code: `Bounce/${type}/${subtype}`,
      mark: "unreachable",
    });
  });

  it.each([
    ["Transient", "General", "bounced"],
    ["Transient", "MailboxFull", "mailbox-full"],
    ["Transient", "MessageTooLarge", "content-too-long"],
    ["Transient", "ContentRejected", "content-blocked"],
    ["Transient", "AttachmentRejected", "content-blocked"],
    ["Undetermined", "Undetermined", "bounced"],
    ["NewType", "New", "bounced"],
  ])("of a soft bounce (%s, %s) says nothing of the next e-mail", (type, subtype, reason) => {
    expect(bounce(type, subtype)).toMatchObject({ is: "undelivered", reason });
    expect(bounce(type, subtype)).not.toHaveProperty("mark");
  });

  it("of a complaint proves arrival, and that the person wants no more", () => {
    expect(told(events.Complaint)).toMatchObject({ is: "delivered", mark: "opted-out" });
    expect(told(events.Complaint)).not.toHaveProperty("reason");
    expect(complaint({ complaintFeedbackType: null })).toMatchObject({ mark: "opted-out" });
    expect(complaint({ complaintFeedbackType: "virus" })).toMatchObject({ mark: "opted-out" });
  });

  it("of a complaint that takes an earlier one back says nothing against the person", () => {
    expect(complaint({ complaintFeedbackType: "not-spam" })).toMatchObject({ is: "delivered" });
    expect(complaint({ complaintFeedbackType: "not-spam" })).not.toHaveProperty("mark");
  });

  it("of a complaint that SES remembered says that nothing was sent", () => {
    expect(complaint({ complaintSubType: "OnAccountSuppressionList" })).toMatchObject({
      is: "undelivered",
      reason: "suppressed-by-provider",
      mark: "opted-out",
    });
  });

  it("that nobody asked for, or that belongs to no attempt, says nothing", () => {
    expect(told(events.Click)).toBeUndefined();
    expect(told(events.Subscription)).toBeUndefined();
    expect(told(events.Delivery, { tags: {} })).toBeUndefined();
    expect(told(events.Delivery, { tags: { attempt: ["somebody else's"] } })).toBeUndefined();
  });
});
