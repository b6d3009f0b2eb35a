import { chromium } from 'playwright-core';

/** The SVG as a PNG with two pixels for each of its own, drawn by the Chromium at `browser`. */
export async function drawPng(
  svg: string,
  size: { width: number; height: number },
  browser: string,
  to: string,
): Promise<void> {
  const running = await chromium.launch({
    executablePath: browser,
    args: ['--headless', '--no-sandbox', '--disable-gpu'],
  });
  try {
    const page = await running.newPage({ viewport: size, deviceScaleFactor: 2 });
    await page.setContent(`<style>body { margin: 0 } svg { display: block }</style>${svg}`);
    await page.locator('svg').screenshot({ path: to, omitBackground: true });
  } finally {
    await running.close();
  }
}
