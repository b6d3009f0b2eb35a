import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { type Browser, chromium, type Frame, type Locator, type Page } from 'playwright-core';
// @ts-expect-error: the tools are plain JavaScript, so that they run before anything is installed
import { installVsix, linkExtension, quietSettings, startEditor } from '../../tools/editor.mjs';

/** What a person does in the workbench, by what they see: titles, labels and keys. */
export interface Workbench {
  page: Page;
  /** The workspace folder, made for this test. */
  folder: string;
  /** Texts of Content-Security-Policy reports, page errors of our views, and requests to anywhere but the editor. */
  incidents: string[];
  /** Runs a palette command by its full title, e.g. `Trace Loupe: Sample`. */
  command(title: string): Promise<void>;
  /** Picks the quick pick row with this text. */
  pick(text: string | RegExp): Promise<void>;
  /** Types into the open input box and accepts it. */
  answer(text: string): Promise<void>;
  /** The content frame of the view whose document has `selector`. */
  view(selector: string): Promise<Frame>;
  openSidebar(): Promise<Frame>;
  /** Waits for a notification that holds this text. */
  notification(text: string | RegExp): Promise<Locator>;
  setTheme(theme: Theme): Promise<void>;
  /** Changes a user setting; the window is loaded again. */
  setSetting(key: string, value: unknown): Promise<void>;
  /** Every file below the folder, by relative path. */
  texts(): Promise<Map<string, string>>;
  /** Waits until a file below the folder exists and satisfies `test`; resolves with its text. */
  file(path: string | RegExp, test?: (text: string) => boolean): Promise<string>;
  reload(): Promise<void>;
  picture(path: string): Promise<void>;
  close(): Promise<void>;
}

export type Theme = 'Dark Modern' | 'Light Modern' | 'Default High Contrast' | 'Default High Contrast Light';

export interface WorkbenchOptions {
  /** Files of the workspace, by relative path. */
  files?: Record<string, string>;
  settings?: Record<string, unknown>;
  /** The server's environment; it reaches the extension host. */
  env?: Record<string, string>;
  size?: { width: number; height: number };
  /** Puts more into the workspace folder and the editor's profile before it starts. */
  prepare?(folder: string, profile: string): Promise<void>;
  /** Open the window without a folder. */
  noFolder?: boolean;
}

const root = resolve(import.meta.dirname, '../..');

/**
 * Opens a real VS Code with the packaged extension (TRACE_LOUPE_VSIX, else the working copy) on a fresh profile and workspace.
 *
 * Debian's Chromium, or what TRACE_LOUPE_BROWSER names, draws it.
 */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const scratch = await mkdtemp(join(tmpdir(), 'tl-wb-'));
  const profile = join(scratch, 'profile');
  const folder = join(scratch, 'workspace');
  await mkdir(folder, { recursive: true });
  for (const [path, text] of Object.entries(options.files ?? {})) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const vsix = process.env.TRACE_LOUPE_VSIX;
  await (vsix ? installVsix(profile, vsix) : linkExtension(profile, root));
  await options.prepare?.(folder, profile);
  const settings = { ...quietSettings, 'workbench.colorTheme': 'Dark Modern', ...options.settings };
  const editor = await startEditor({ profile, settings, env: options.env });
  const browser = await launch();
  const context = await browser.newContext({ viewport: options.size ?? { width: 1400, height: 900 } });
  const page = await context.newPage();
  const incidents = watch(page, editor.url);
  const url = options.noFolder ? editor.url : `${editor.url}/?folder=${encodeURI(folder)}`;
  await page.goto(url);
  await page.locator('.monaco-workbench .statusbar').waitFor({ timeout: 90_000 });
  const own = hands(page, folder);
  const setSetting = async (key: string, value: unknown) => {
    await changeSetting(profile, key, value);
    // The editor does not watch its settings file here.
    await own.reload();
  };
  const setTheme = (theme: Theme) => setSetting('workbench.colorTheme', theme);
  const close = async () => {
    await browser.close();
    await editor.stop();
    await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  };
  return { page, folder, incidents, setTheme, setSetting, close, ...own };
}

function launch(): Promise<Browser> {
  const args = '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking';
  return chromium.launch({
    executablePath: process.env.TRACE_LOUPE_BROWSER ?? '/usr/bin/chromium',
    args: [...args.split(' '), '--disable-component-update', '--disable-sync'],
  });
}

/** What must not happen in our views: a policy report, an uncaught error, a request that leaves the editor. */
function watch(page: Page, base: string): string[] {
  const incidents: string[] = [];
  page.on('console', (message) => {
    const text = message.text();
    if (/Content Security Policy/.test(text) && !/vsda|chat-participant/.test(text)) incidents.push(text);
  });
  page.on('request', (request) => {
    const url = request.url();
    const own =
      url.startsWith(base) || /^(data|blob|vscode-file):/.test(url) || /vscode-(resource|webview|cdn)/.test(url);
    if (!own) incidents.push(`requested ${url}`);
  });
  page.on('dialog', (dialog) => {
    incidents.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return incidents;
}

function hands(page: Page, folder: string) {
  const quickInput = page.locator('.quick-input-widget:visible');
  const command = async (title: string) => {
    for (let attempt = 0; ; attempt++) {
      await page.keyboard.press('F1');
      const input = quickInput.locator('input[type=text]').first();
      try {
        await input.waitFor({ timeout: 5000 });
        await input.fill(`>${title}`);
        const row = quickInput.locator('.monaco-list-row').filter({ hasText: title }).first();
        await row.waitFor({ timeout: 10_000 });
        await row.click();
        return;
      } catch (error) {
        if (attempt === 4) throw error;
        await page.keyboard.press('Escape');
        await page.waitForTimeout(300);
      }
    }
  };
  const pick = async (text: string | RegExp) => {
    await quickInput.locator('.monaco-list-row').filter({ hasText: text }).first().click({ timeout: 20_000 });
  };
  const answer = async (text: string) => {
    const input = quickInput.locator('input').first();
    await input.waitFor({ timeout: 20_000 });
    // The file dialog writes its folder into the box when it has read it.
    for (let attempt = 0; attempt < 10 && (await input.inputValue()) !== text; attempt++) {
      await input.fill(text);
      await page.waitForTimeout(400);
    }
    // The file dialog looks at the path first, and ignores an Enter that comes too soon.
    for (let attempt = 0; attempt < 5; attempt++) {
      await page.keyboard.press('Enter');
      await page.waitForTimeout(500);
      if (!(await input.isVisible()) || (await input.inputValue()) !== text) return;
    }
    throw new Error(`The input box did not take ${text}.`);
  };
  const view = (selector: string) =>
    eventually(`a view with ${selector}`, async () => {
      for (const frame of page.frames()) {
        if (!frame.parentFrame() || !/\/webview\/browser\/pre\/fake\.html/.test(frame.url())) continue;
        if (
          await frame
            .locator(selector)
            .count()
            .catch(() => 0)
        )
          return frame;
      }
    });
  const openSidebar = async () => {
    const item = page.locator('.activitybar .action-item a[aria-label^="Trace Loupe"]');
    await item.waitFor({ timeout: 60_000 });
    const isOpen = async () =>
      (await page.locator('.activitybar .action-item.checked a[aria-label^="Trace Loupe"]').count()) > 0;
    // A click on the active item would hide the side bar; after a reload it becomes the active one by itself, sooner or later.
    for (let attempt = 0; attempt < 10 && !(await isOpen()); attempt++) {
      await item.click();
      await page.waitForTimeout(1000);
    }
    return view('.trace-loupe-sidebar');
  };
  const notification = async (text: string | RegExp) => {
    const toast = page.locator('.notifications-toasts .notification-list-item').filter({ hasText: text }).first();
    await toast.waitFor({ timeout: 60_000 });
    return toast;
  };
  const file = (path: string | RegExp, test: (text: string) => boolean = () => true) =>
    eventually(`the file ${path}`, async () => {
      const names = await readdir(folder, { recursive: true });
      const name = names.find((candidate) => (typeof path === 'string' ? candidate === path : path.test(candidate)));
      const text = name && (await readFile(join(folder, name), 'utf8'));
      return text !== undefined && test(text) ? text : undefined;
    });
  const texts = async () => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    return new Map(
      await Promise.all(files.map(async (path) => [relative(folder, path), await readFile(path, 'utf8')] as const)),
    );
  };
  const reload = async () => {
    const loaded = page.waitForEvent('load', { timeout: 60_000 });
    await command('Developer: Reload Window');
    await loaded;
    await page.locator('.monaco-workbench .statusbar').waitFor({ timeout: 90_000 });
  };
  const picture = async (path: string) => {
    await mkdir(dirname(path), { recursive: true });
    await page.screenshot({ path });
  };
  return { command, pick, answer, view, openSidebar, notification, file, texts, reload, picture };
}

async function changeSetting(profile: string, key: string, value: unknown) {
  const path = join(profile, 'data/User/settings.json');
  const settings = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  await writeFile(path, JSON.stringify({ ...settings, [key]: value }, null, 2));
}

/** Asks again until there is something; fails with what was waited for. */
export async function eventually<T>(what: string, look: () => Promise<T | undefined>, timeoutMs = 45_000): Promise<T> {
  for (const end = Date.now() + timeoutMs; ; ) {
    const found = await look().catch(() => undefined);
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`Waited ${timeoutMs / 1000} s in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** For `afterEach`: what was on screen when a test failed, in the system's folder for temporary files. */
export async function pictureOnFailure(bench: Workbench | undefined, context: object): Promise<void> {
  const { passed, name } = context as { passed?: boolean; name?: string };
  const file = `trace-loupe-${name?.slice(0, 50).replace(/\W+/g, '-')}.png`;
  if (!passed) await bench?.picture(join(tmpdir(), file));
}
