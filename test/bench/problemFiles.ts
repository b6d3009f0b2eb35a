import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readProblemFile } from '../../src/services/importers/problems.ts';
import { previewTraces, readTraces } from '../../src/services/importers/traces.ts';

/** What every file of `<dataFolder>/problem-files` is read as, and the import of the recorded traces: one line each. */
export async function measure(dataFolder: string): Promise<string[]> {
  const folder = join(dataFolder, 'problem-files');
  if (!existsSync(folder)) return [`problem files: ${folder} is absent`];
  const lines = ['file | format | problems | bad rows | first gold answers, or the error'];
  for (const name of readdirSync(folder).sort()) lines.push(await describe(folder, name));
  lines.push(await measureImport(join(dataFolder, 'gsm8k/openai-6b-175b.traces.jsonl.gz')));
  return lines;
}

async function describe(folder: string, name: string): Promise<string> {
  const { summary, problems } = await readProblemFile({ path: join(folder, name) }, folder);
  const golds = problems.slice(0, 5).map(({ answer }) => (answer.length > 40 ? `${answer.slice(0, 40)}…` : answer));
  const last = summary.error ? `${summary.error.kind}: ${summary.error.message}` : golds.join('   ');
  return [name, summary.format, summary.problems, summary.badRows.length, last].join(' | ');
}

async function measureImport(file: string): Promise<string> {
  const started = performance.now();
  const { mapping, systems } = await previewTraces(file);
  const previewed = performance.now();
  const arms = Object.fromEntries(systems.map(({ name, suggestedArm }) => [name, suggestedArm]));
  const request = { file, mapping, arms, workspace: null, importedAt: '1970-01-01T00:00:00.000Z' };
  const { traces, problems, badRows } = await readTraces(request, { problem() {}, trace() {} });
  const ended = performance.now();
  const memoryMb = Math.round(process.memoryUsage().rss / 1e6);
  const times = `preview ${Math.round(previewed - started)} ms, read ${Math.round(ended - previewed)} ms, resident ${memoryMb} MB`;
  return `import: ${traces} traces of ${problems} problems, ${badRows.length} bad rows; ${times}`;
}

if (import.meta.main) {
  const folder = process.env.TRACE_LOUPE_DATA ?? join(import.meta.dirname, '../../../shared/data');
  for (const line of await measure(folder)) console.log(line);
}
