import type { Provider } from "../providers/provider.ts";
import type { Undated } from "./outgoing.ts";

/** An attempt as its provider takes it, or why it would not take it. */
export type WithFiles =
  | { readonly is: "ready"; readonly outgoing: Undated }
  | { readonly is: "refused"; readonly reason: string };

/** Has the files of an attempt brought to where its provider takes them from. */
export async function withFiles(outgoing: Undated, { bring }: Provider): Promise<WithFiles> {
  const { content } = outgoing;
  if (!bring || content.mediaUrls.length === 0) return { is: "ready", outgoing };
  const brought = await bring(content.mediaUrls);
  if (brought.is === "refused") return brought;
  return {
    is: "ready",
    outgoing: { ...outgoing, content: { ...content, mediaUrls: [...brought.mediaUrls] } },
  };
}
