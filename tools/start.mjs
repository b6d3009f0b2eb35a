// `npm start`: builds, and opens a real VS Code with the extension and a copy of the sample workspace.
// `npm start -- [FOLDER] [--port N] [--desktop]`
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { cacheFolder, installEditor, linkExtension, run, sampleWorkspace, startEditor } from './editor.mjs';

const root = resolve(import.meta.dirname, '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { desktop: { type: 'boolean' }, port: { type: 'string' } },
});

const build = run(process.execPath, ['esbuild.mjs'], root);
const folder = positionals[0]
  ? resolve(positionals[0])
  : await sampleWorkspace(root, join(cacheFolder, 'sample-workspace'));
await (values.desktop ? openDesktop() : openBrowserEditor());

async function openDesktop() {
  await build;
  spawn('code', [`--extensionDevelopmentPath=${root}`, '--new-window', folder], { stdio: 'inherit' }).on(
    'error',
    () => {
      console.error(
        "No `code` command was found: in VS Code run “Shell Command: Install 'code' command in PATH”, or leave out --desktop.",
      );
      process.exitCode = 1;
    },
  );
}

async function openBrowserEditor() {
  await Promise.all([installEditor(), build]);
  const profile = join(cacheFolder, 'profile');
  await linkExtension(profile, root);
  const editor = await startEditor({ profile, port: values.port ? Number(values.port) : undefined });
  console.log(
    `\nTrace Loupe is running in VS Code. Open this in a browser on this machine:\n\n  ${editor.url}/?folder=${encodeURI(folder)}\n`,
  );
  console.log(`The folder shown is ${folder}. Ctrl-C ends everything.`);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => editor.stop().then(() => process.exit(0)));
  await editor.gone;
  console.error(editor.output());
  process.exit(1);
}
