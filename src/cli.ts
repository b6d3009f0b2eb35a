import { readFileSync } from 'node:fs';
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
import { openTerminal } from './cli/terminal.ts';
import { UserError } from './core/userError.ts';

/** `dist/cli.js` and `src/cli.ts` both lie one below the package's own description. */
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const commands: Command[] = [
  problemsCommand,
  planCommand,
  sampleCommand,
  importCommand,
  gradeCommand,
  flagCommand,
  reportCommand,
  exportCommand,
];

process.exitCode = await main(process.argv.slice(2));

async function main([name, ...args]: string[]): Promise<number> {
  const terminal = openTerminal();
  try {
    if (name === '--version') await terminal.result(version);
    else if (name === undefined || name === '--help' || name === 'help') await terminal.result(overview());
    else return await call(name, args, terminal);
    return name === undefined ? 2 : 0;
  } catch (error) {
    if (terminal.signal.aborted) return 130;
    const clear = error instanceof UserError || (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS');
    terminal.note(
      clear ? `trace-loupe: ${(error as Error).message}` : `trace-loupe: this is a bug: ${(error as Error).stack}`,
    );
    return 2;
  } finally {
    terminal.close();
  }
}

async function call(name: string, args: string[], terminal: Call['terminal']): Promise<number> {
  const command = commands.find((candidate) => candidate.name === name);
  if (!command) throw new UserError(`There is no command "${name}": \`trace-loupe --help\` lists them.`);
  const options = { ...command.options, help: { type: 'boolean' as const, short: 'h', help: 'this text' } };
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (values.help) {
    await terminal.result(help(command));
    return 0;
  }
  return command.run({
    files: positionals,
    values: values as Call['values'],
    terminal,
    environment: process.env,
    version,
  });
}

function overview(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return ['trace-loupe COMMAND …', '', ...lines, '', '`trace-loupe COMMAND --help` tells more, with an example.'].join(
    '\n',
  );
}

function help({ name, usage, summary, example, options }: Command): string {
  const rows = Object.entries(options).map(([option, { type, help }]) => [
    `  --${option}${type === 'string' ? ' …' : ''}`,
    help,
  ]);
  const width = Math.max(0, ...rows.map(([option = '']) => option.length));
  const lines = rows.map(([option = '', text]) => `${option.padEnd(width)}  ${text}`);
  return [`trace-loupe ${name} ${usage}`, '', `  ${summary}`, '', ...lines, '', `Example: trace-loupe ${example}`].join(
    '\n',
  );
}
