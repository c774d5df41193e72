import { existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { AxeBuilder } from "@axe-core/playwright";
import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { operations } from "../../functions/platform/all.routes.ts";
import { handler } from "../../functions/platform/openapi.api.ts";

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  existsSync,
);
const isRequired = process.env["HELIOGRAPH_BROWSER"] === "required";
if (!executablePath && !isRequired)
  console.warn("No Chromium found: the tests in a real browser are skipped.");

describe.skipIf(!executablePath && !isRequired)("the page of the API in a real browser", () => {
  let server: Server;
  let browser: Browser;
  let page: Page;
  const wrong: string[] = [];

  beforeAll(async () => {
    server = createServer((_request, response) => {
      const event = { routeKey: "GET /docs" } as APIGatewayProxyEventV2;
      void handler(event, { getRemainingTimeInMillis: () => 1000 } as Context).then((answer) => {
        if (typeof answer === "string") return response.end(answer);
        const headers = Object.entries(answer.headers ?? {}).map(([name, value]) => [name, String(value)]);
        return response.writeHead(answer.statusCode ?? 200, Object.fromEntries(headers)).end(answer.body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    browser = await chromium.launch({
      executablePath: executablePath ?? "",
      args: ["--no-sandbox", "--disable-gpu"],
    });
    // Colours are judged where they have settled, not while something fades in.
    page = await (await browser.newContext({ reducedMotion: "reduce" })).newPage();
    page.on("pageerror", ({ message }) => wrong.push(message));
    page.on("console", (line) => line.type() === "error" && wrong.push(line.text()));
    await page.goto(`http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}/docs`);
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  it("has every operation with its scope, fields, example and problems", async () => {
    for (const [name, { does }] of Object.entries(operations)) {
      const article = page.locator(`article[aria-labelledby="${name}"]`);
      expect(await article.textContent()).toContain(does);
      expect(await article.getByText("Example", { exact: true }).count()).toBe(1);
    }
    await page.locator('article[aria-labelledby="sendMessage"]').getByText("Body", { exact: true }).click();
    await page.locator('article[aria-labelledby="sendMessage"] dt', { hasText: /^externalId$/ }).waitFor();
  });

  it.each(["light", "dark"] as const)("can be used by everybody in %s colours", async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(() => {
      for (const details of document.querySelectorAll("details")) details.open = true;
    });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  });

  it("fits a phone's screen without scrolling sideways", async () => {
    await page.setViewportSize({ width: 390, height: 780 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });

  it("loads nothing from elsewhere and breaks no rule of its own policy", () => {
    expect(wrong).toEqual([]);
  });
});
