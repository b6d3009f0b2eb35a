import { appendFile, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { traceId } from '../../src/core/trace/trace.ts';
import { seededRandom } from '../../src/services/models/embedded/server/faults.ts';
import { startServer } from '../fakes/openaiServer.ts';
import { type CommandLine, type Finished, parseLines } from './commandLine.ts';

export interface KillOptions {
  /** Decides when to kill. */
  seed: number;
  kills: number;
  /** Each has three weak samples and one strong one. */
  problems: number;
  latencyMs: number;
  /** A kill comes at most so long after the process was started. */
  longestMs: number;
}

export interface KillResult {
  kills: number;
  /** Kills before which the session had put samples on disk. */
  killsWhileDrawing: number;
  /** Samples that a reader of the log had seen at some time. */
  seen: number;
  /** Of those, the ones that are not in the log at the end. */
  lost: string[];
  /** Ids that stand in the log more than once. */
  doubled: string[];
  /** Ids of the plan that the log lacks at the end, and ids that the plan lacks. */
  missing: string[];
  unplanned: string[];
  /** Lines of the log that are no records: torn by a kill, and the one that is torn on purpose. */
  tornLines: number;
  requests: number;
  /** The last session, and a report on the run. */
  end: Finished;
  report: Finished;
}

/**
 * Draws a run in sessions that are killed with SIGKILL at random moments, one after the other, while a reader watches the log grow;
 * then lets a last session end. Once, half a record is left at the log's end, as a crash of the whole machine may leave it.
 */
export async function killAndResume(cli: CommandLine, options: KillOptions): Promise<KillResult> {
  const server = await startServer({ latencyMs: options.latencyMs });
  try {
    const random = seededRandom(options.seed);
    const problems = Array.from({ length: options.problems }, (_, index) => ({
      id: `n${index}`,
      question: `${index} + 1?`,
      answer: `${index + 1}`,
    }));
    await cli.file('kill.jsonl', problems.map((problem) => `${JSON.stringify(problem)}\n`).join(''));
    const args = ['sample', 'kill.jsonl', '--weak', `${server.url}#weak`, '--strong', `${server.url}#strong`];
    args.push('--weak-params-b', '1', '--strong-params-b', '3', '--concurrency', '4', '--out', 'killed');
    const log = join(cli.folder, 'killed/traces.jsonl');
    const seen = new Set<string>();
    let [kills, killsWhileDrawing] = [0, 0];
    while (kills < options.kills) {
      const before = seen.size;
      const session = cli.start(args);
      const watching = new AbortController();
      const watched = watch(log, seen, watching.signal);
      const ended = await Promise.race([session.done.then(() => true), sleep(random() * options.longestMs, false)]);
      session.kill('SIGKILL');
      await session.done;
      watching.abort();
      await watched;
      if (ended) throw new Error(`The run ended after ${kills} kills: ${session.printed().stderr}`);
      kills += 1;
      if (seen.size > before) killsWhileDrawing += 1;
      if (kills === Math.ceil(options.kills / 2) && seen.size > 0)
        await appendFile(log, (await readFile(log, 'utf8')).slice(0, 150));
    }
    const end = await cli.call(args);
    const ids = idsIn(await readFile(log, 'utf8'));
    const planned = problems.flatMap(({ id }) =>
      [0, 1, 2].map((k) => traceId(`kill/${id}`, 'weak', k)).concat(traceId(`kill/${id}`, 'strong', 0)),
    );
    return {
      kills,
      killsWhileDrawing,
      seen: seen.size,
      lost: [...seen].filter((id) => !ids.known.includes(id)),
      doubled: ids.known.filter((id, index) => ids.known.indexOf(id) !== index),
      missing: planned.filter((id) => !ids.known.includes(id)),
      unplanned: ids.known.filter((id) => !planned.includes(id)),
      tornLines: ids.torn,
      requests: server.requests.length,
      end,
      report: await cli.call(['report', 'killed']),
    };
  } finally {
    await server.close();
  }
}

/** Adds the id of every whole line that the log ever shows, also of what a later write might take away again. */
async function watch(path: string, seen: Set<string>, signal: AbortSignal): Promise<void> {
  let from = 0;
  for (let last = false; ; last = signal.aborted) {
    const bytes = await readFrom(path, from);
    const whole = bytes.subarray(0, bytes.lastIndexOf(10) + 1);
    for (const id of idsIn(whole.toString('utf8')).known) seen.add(id);
    from += whole.length;
    if (last) return;
    await sleep(3);
  }
}

async function readFrom(path: string, from: number): Promise<Buffer> {
  const file = await open(path, 'r').catch(() => null);
  if (!file) return Buffer.alloc(0);
  try {
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.max(0, size - from));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, from);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function idsIn(text: string): { known: string[]; torn: number } {
  const known: string[] = [];
  let torn = 0;
  for (const line of text.split('\n').filter((part) => part !== '')) {
    try {
      known.push(...parseLines<{ id: string }>(line).map(({ id }) => id));
    } catch {
      torn += 1;
    }
  }
  return { known, torn };
}
