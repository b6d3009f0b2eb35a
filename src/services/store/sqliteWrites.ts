import type { TraceId } from '../../core/trace/trace.ts';
import { armCodes, finishCodes, referenceCodes, soundnessCodes, verdictCodes } from './codes.ts';
import type { Sql } from './sql.ts';
import { keyOf } from './sqliteQueries.ts';
import {
  type IndexBatch,
  type IndexedProblem,
  type IndexedTrace,
  type Judgement,
  note,
  titleOf,
} from './traceIndex.ts';

/* The changes of `TraceIndex`, made in SQLite. */

export function add(sql: Sql, batch: IndexBatch): TraceId[] | null {
  const bytes = sql.one('SELECT bytes FROM files WHERE name = ?', batch.file)?.bytes ?? 0;
  if (bytes !== batch.from) return null;
  for (const problem of batch.problems) addProblem(sql, problem);
  let num = Number(sql.one('SELECT sum(traces) AS n FROM totals')?.n);
  const twice: TraceId[] = [];
  for (const trace of batch.traces) {
    if (addTrace(sql, num, trace)) num += 1;
    else twice.push(trace.facts.id);
  }
  const { reached } = batch;
  for (const id of twice) note(reached, `${batch.file} holds ${id} a second time; the first one is kept.`);
  sql.run(
    'INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?)',
    batch.file,
    reached.bytes,
    reached.lines,
    reached.fingerprint,
    JSON.stringify(reached.warnings),
  );
  return twice;
}

export function setJudgements(sql: Sql, judgements: Iterable<[TraceId, Judgement]>): void {
  sql.run('UPDATE traces SET soundness = 0, bad = 0 WHERE soundness > 0 OR bad > 0');
  for (const [trace, judgement] of judgements) setJudgement(sql, trace, judgement);
}

export function setJudgement(sql: Sql, trace: TraceId, { soundness, badProblem }: Judgement): void {
  const key = keyOf(sql, trace);
  if (!key) return;
  sql.run(
    'UPDATE traces SET soundness = ?, bad = ? WHERE problem = ? AND arm = ? AND sample = ?',
    soundnessCodes.code(soundness ?? 'none'),
    badProblem ? 1 : 0,
    ...key,
  );
}

function addProblem(sql: Sql, { problem, place }: IndexedProblem): void {
  if (sql.one('SELECT 1 FROM problems WHERE id = ?', problem.id)) return;
  const num = Number(sql.one('SELECT coalesce(max(num), 0) AS n FROM problems')?.n) + 1;
  sql.run(
    'INSERT INTO problems VALUES (?, ?, ?, ?, ?, ?)',
    num,
    problem.id,
    titleOf(problem.text),
    place.file,
    place.offset,
    place.length,
  );
  sql.run('INSERT INTO problemText (rowid, text) VALUES (?, ?)', num, problem.text);
}

/** False where there is a trace of this id already, or no such problem. */
function addTrace(sql: Sql, num: number, { facts, text, place }: IndexedTrace): boolean {
  const key = keyOf(sql, facts.id);
  if (!key || sql.one('SELECT 1 FROM traces WHERE problem = ? AND arm = ? AND sample = ?', ...key)) return false;
  sql.run(
    'INSERT INTO traces VALUES (?, ?, ?, ?, ?, 0, 0, ?, ?, ?, ?, ?, ?, ?, ?)',
    ...key,
    num,
    verdictCodes.code(facts.verdict),
    facts.flags.length > 0 ? `,${facts.flags.join(',')},` : '',
    modelNumber(sql, facts.model),
    facts.steps,
    facts.completionTokens,
    finishCodes.code(facts.finish),
    facts.unsound,
    facts.answerKey,
    referenceCodes.code(facts.reference ?? 'none'),
  );
  sql.run(
    'INSERT INTO bodies VALUES (?, ?, ?, ?, ?, ?, ?)',
    num,
    place.file,
    place.offset,
    place.length,
    facts.answer,
    facts.path,
    facts.promptTokens,
  );
  sql.run('INSERT INTO traceText (rowid, text) VALUES (?, ?)', num, text);
  addToTotals(sql, facts);
  return true;
}

function modelNumber(sql: Sql, name: string): number {
  sql.run('INSERT OR IGNORE INTO models (name) VALUES (?)', name);
  return Number(sql.one('SELECT num FROM models WHERE name = ?', name)?.num);
}

function addToTotals(sql: Sql, facts: IndexedTrace['facts']): void {
  const correct = facts.verdict === 'correct';
  sql.run(
    `UPDATE totals SET traces = traces + 1, correct = correct + ?, incorrect = incorrect + ?,
     flaggedCorrect = flaggedCorrect + ?, promptTokens = promptTokens + ?, completionTokens = completionTokens + ?
     WHERE arm = ?`,
    correct ? 1 : 0,
    facts.verdict === 'incorrect' ? 1 : 0,
    correct && facts.flags.length > 0 ? 1 : 0,
    facts.promptTokens,
    facts.completionTokens,
    armCodes.code(facts.arm),
  );
}
