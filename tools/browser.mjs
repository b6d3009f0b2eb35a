// A Chromium for the real-editor tests: the machine's own, or Debian's where we may install it.
import { existsSync } from 'node:fs';
import { run } from './editor.mjs';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const packages = ['chromium', 'fonts-dejavu-core'];

/** The path of a Chromium or Chrome. Throws one sentence that says what to install where there is none and we can't. */
export async function findBrowser() {
  const found = () => [process.env.TRACE_LOUPE_BROWSER, ...places].find((place) => place && existsSync(place));
  if (found()) return found();
  const mayInstall = process.platform === 'linux' && process.getuid() === 0 && existsSync('/usr/bin/apt-get');
  if (mayInstall) {
    console.log('Installing Chromium for the real-editor tests (once) …');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-qq'], '/', 'pipe', env);
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], '/', 'pipe', env);
    if (found()) return found();
  }
  throw new Error(
    `The real-editor tests need Chromium: run \`apt-get install ${packages.join(' ')}\` as root, or set TRACE_LOUPE_BROWSER to a Chromium or Chrome.`,
  );
}
