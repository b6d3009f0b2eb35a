// A real VS Code out of the npm registry (code-server), kept in a cache folder and started on a free port.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

const version = '4.139.1';

/** Where everything that is not the repository's goes: the editor, its profile, the sample workspace. */
export const cacheFolder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'trace-loupe');

/** Resolves with the folder of the installed editor; installs it first where it is missing (about 800 MB on disk). */
export async function installEditor(report = console.log) {
  const folder = join(cacheFolder, `editor-${version}`);
  if (existsSync(join(folder, 'complete'))) return folder;
  const staging = await mkdtemp(join(await made(cacheFolder), 'editor-staging-'));
  report('Installing the editor into the cache (once, about a minute):');
  await writeFile(join(staging, 'package.json'), '{"private":true}\n');
  const npm = (where, ...args) =>
    run('npm', [...args, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], where);
  report('  1 of 3  code-server …');
  await npm(staging, 'install', `code-server@${version}`);
  const vscode = join(staging, 'node_modules/code-server/lib/vscode');
  report('  2 of 3  VS Code’s own packages …');
  await npm(vscode, 'ci', '--omit=dev', '--legacy-peer-deps');
  report('  3 of 3  its built-in extensions …');
  await npm(join(vscode, 'extensions'), 'ci', '--omit=dev', '--legacy-peer-deps');
  await writeFile(join(staging, 'complete'), version);
  await rm(folder, { recursive: true, force: true });
  // Another process may have been faster; its installation is as good as ours.
  await rename(staging, folder).catch(() => rm(staging, { recursive: true, force: true }));
  return folder;
}

/** Settings that keep a fresh profile quiet. */
export const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.editor.useModal': 'off',
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'chat.disableAIFeatures': true,
};

/**
 * Starts the editor and resolves once it answers.
 *
 * `profile` is a folder for user data and extensions; `settings` are written there only where it has none. The process gets a
 * group of its own, so `stop()` ends everything it started.
 */
export async function startEditor({ profile, port, settings = quietSettings, trusted = true, env = {} }) {
  const installed = await installEditor();
  port ??= await freePort();
  await mkdir(join(profile, 'data/User'), { recursive: true });
  await mkdir(join(profile, 'extensions'), { recursive: true });
  const settingsFile = join(profile, 'data/User/settings.json');
  if (!existsSync(settingsFile)) await writeFile(settingsFile, JSON.stringify(settings, null, 2));
  await writeFile(join(profile, 'code-server.yaml'), '{}\n');
  // A short path: the editor's sockets lie in it, and a socket's path is limited to 107 characters.
  const runtime = await mkdtemp(join(tmpdir(), 'tl-'));
  const args = [join(installed, 'node_modules/code-server/out/node/entry.js')];
  args.push('--config', join(profile, 'code-server.yaml'), '--bind-addr', `127.0.0.1:${port}`, '--auth', 'none');
  args.push('--user-data-dir', join(profile, 'data'), '--extensions-dir', join(profile, 'extensions'));
  args.push('--disable-telemetry', '--disable-update-check', '--disable-getting-started-override', '--disable-proxy');
  args.push('--ignore-last-opened');
  if (trusted) args.push('--disable-workspace-trust');
  const child = spawn(process.execPath, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME ?? profile,
      LANG: 'C.UTF-8',
      TMPDIR: runtime,
      XDG_RUNTIME_DIR: runtime,
      XDG_CONFIG_HOME: join(profile, 'config'),
      XDG_DATA_HOME: join(profile, 'share'),
      XDG_CACHE_HOME: join(profile, 'cache'),
      EXTENSIONS_GALLERY: '{}',
      ...env,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data) => (output = (output + data).slice(-20_000)));
  let ended = false;
  const gone = new Promise((resolve) => {
    child.on('exit', () => {
      ended = true;
      resolve();
    });
  });
  const kill = (signal) => {
    try {
      process.kill(-child.pid, signal);
    } catch {} // already gone
  };
  const killNow = () => kill('SIGKILL');
  process.once('exit', killNow);
  const stop = async () => {
    process.off('exit', killNow);
    kill('SIGTERM');
    await Promise.race([gone, pause(4000)]);
    kill('SIGKILL');
    await rm(runtime, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
  };
  const url = `http://127.0.0.1:${port}`;
  for (const start = Date.now(); !(await answers(url)); await pause(50)) {
    if (!ended && Date.now() - start < 60_000) continue;
    await stop();
    throw new Error(`The editor did not start.\n${output}`);
  }
  return { url, stop, gone, output: () => output };
}

/** Puts the working copy into a profile's extensions, as a link: what is built is what runs. */
export async function linkExtension(profile, root) {
  const { publisher, name, version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const link = join(await made(join(profile, 'extensions')), `${publisher}.${name}-${version}`);
  await rm(link, { recursive: true, force: true });
  await symlink(root, link, 'dir');
}

/** Installs a packaged extension (.vsix) into a profile, as a user would. */
export async function installVsix(profile, vsix) {
  const entry = join(await installEditor(), 'node_modules/code-server/out/node/entry.js');
  const folders = ['--user-data-dir', join(profile, 'data'), '--extensions-dir', join(profile, 'extensions')];
  await made(join(profile, 'data'));
  await writeFile(join(profile, 'code-server.yaml'), '{}\n');
  await run(
    process.execPath,
    [entry, '--config', join(profile, 'code-server.yaml'), ...folders, '--install-extension', vsix],
    profile,
    'pipe',
  );
}

/** A folder with the sample problems to play in; what is already there stays. */
export async function sampleWorkspace(root, folder) {
  await cp(join(root, 'media/samples'), await made(folder), { recursive: true, force: false });
  return folder;
}

/** Runs a program to its end; rejects with what it printed. */
export function run(program, args, cwd, stdio = 'pipe', env = process.env) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', stdio, stdio] });
    let output = '';
    child.stdout?.on('data', (data) => (output += data));
    child.stderr?.on('data', (data) => (output += data));
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve(output) : reject(new Error(`${program} ${args.join(' ')} ended with ${code}.\n${output}`)),
    );
  });
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function made(folder) {
  await mkdir(folder, { recursive: true });
  return folder;
}

async function answers(url) {
  const reply = await fetch(`${url}/healthz`).catch(() => null);
  await reply?.arrayBuffer();
  return reply?.status === 200;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
