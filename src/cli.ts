#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Call, Command } from './cli/command.ts';
import { exportCommand } from './cli/export.ts';
import { flagCommand } from './cli/flag.ts';
import { gradeCommand } from './cli/grade.ts';
import { importCommand } from './cli/import.ts';
import { planCommand } from './cli/plan.ts';
import { problemsCommand } from './cli/problems.ts';
import { reportCommand } from './cli/report.ts';
import { sampleCommand } from './cli/sample.ts';
import { serveEmbeddedCommand } from './cli/serveEmbedded.ts';
import { interrupted, openTerminal } from './cli/terminal.ts';
import { UserError } from './core/userError.ts';

/** `dist/cli.js` and `src/cli.ts` both lie one below the package's own description. */
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const media = fileURLToPath(new URL('../media/', import.meta.url));

const commands: Command[] = [
  problemsCommand,
  planCommand,
  sampleCommand,
  importCommand,
  gradeCommand,
  flagCommand,
  reportCommand,
  exportCommand,
  serveEmbeddedCommand,
];

process.exitCode = await main(process.argv.slice(2));

async function main([name, ...args]: string[]): Promise<number> {
  const command = commands.find((candidate) => candidate.name === name);
  const terminal = openTerminal(command?.stopsInOrder ?? false);
  try {
    if (command) return await call(command, args, terminal);
    return await answer(name, args, terminal);
  } catch (error) {
    if (terminal.signal.aborted) return interrupted;
    terminal.note(`trace-loupe: ${sentence(error, name)}`);
    return 2;
  } finally {
    terminal.close();
  }
}

/** What is asked of the program itself. */
async function answer(name: string | undefined, [topic]: string[], terminal: Call['terminal']): Promise<number> {
  const about = commands.find((candidate) => candidate.name === topic);
  if (name === '--version') await terminal.result(version);
  else if (name === 'help' && about) await terminal.result(help(about));
  else if (name === '--help' || name === '-h' || name === 'help') await terminal.result(overview());
  else if (name === undefined) terminal.note(overview());
  else throw new UserError(`There is no command "${name}": \`trace-loupe --help\` lists them.`);
  return name === undefined ? 2 : 0;
}

async function call(command: Command, args: string[], terminal: Call['terminal']): Promise<number> {
  const options = { ...command.options, help: { type: 'boolean' as const, short: 'h', help: 'this text' } };
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (values.help) {
    await terminal.result(help(command));
    return 0;
  }
  const { env: environment } = process;
  const status = await command.run({
    files: positionals,
    values: values as Call['values'],
    terminal,
    environment,
    version,
    media,
  });
  return terminal.signal.aborted && status !== 0 ? interrupted : status;
}

/** One sentence for what the user can mend; a bug says that it is one. */
function sentence(error: unknown, command: string | undefined): string {
  if (error instanceof UserError) return error.message;
  const { code, message, stack } = error as NodeJS.ErrnoException;
  if (!code?.startsWith('ERR_PARSE_ARGS')) return `this is a bug: ${stack}`;
  return `${message.split('. ', 1)[0]?.replace(/\.$/, '')}: \`trace-loupe ${command} --help\` lists the options.`;
}

function overview(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  const more = [
    'Results go to standard output; progress, warnings and errors to standard error.',
    '- as a file is standard input, and .gz files are read as they are.',
    'Exit status: 0 done, 1 some rows failed, 2 the call itself is wrong.',
    '',
    '`trace-loupe COMMAND --help` tells more, with an example.',
  ];
  return ['trace-loupe COMMAND …', '', ...lines, '', ...more].join('\n');
}

function help({ name, usage, summary, about = [], example, options }: Command): string {
  const rows = Object.entries(options).map(([option, { value, help }]) => [
    `  --${option}${value ? ` ${value}` : ''}`,
    help,
  ]);
  const width = Math.max(0, ...rows.map(([option = '']) => option.length));
  const lines = rows.map(([option = '', text]) => `${option.padEnd(width)}  ${text}`);
  return [
    `trace-loupe ${name} ${usage}`,
    '',
    `  ${summary}`,
    ...about.map((line) => `  ${line}`),
    ...(lines.length ? ['', ...lines] : []),
    '',
    `Example: trace-loupe ${example}`,
  ].join('\n');
}
