// Looking at a page as people see it.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const album = process.env.SCREENSHOTS;
if (album) mkdirSync(album, { recursive: true });

/** Looks at a page as it stands in both themes and two widths. */
export async function look(page, name) {
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [320, 1440]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.setViewportSize({ width, height: width === 320 ? 640 : 900 });
      // Chromium runs this outside the page's own policy, which forbids foreign scripts as it should.
      const session = await page.context().newCDPSession(page);
      await session.send("Runtime.evaluate", { expression: axe });
      const { result } = await session.send("Runtime.evaluate", {
        expression: `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }).then((found) =>
          JSON.stringify(found.violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html.slice(0, 200))])))`,
        awaitPromise: true,
        returnByValue: true,
      });
      await session.detach();
      const where = `${name}, ${colorScheme}, ${width} px`;
      assert.deepEqual(JSON.parse(result.value), [], where);
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(beyond <= 0, `${where}: ${beyond} px to scroll sideways`);
      if (album) await page.screenshot({ path: join(album, `${name}-${colorScheme}-${width}.png`), fullPage: true });
    }
  }
}
