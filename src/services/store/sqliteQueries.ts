import { type Filter, withoutTerms } from '../../core/curate/filter.ts';
import type { ProblemId } from '../../core/problem/problem.ts';
import { arms, type TraceId, traceId } from '../../core/trace/trace.ts';
import type { ProblemRow, Quadrants, SampleCell, TraceQuery } from '../../protocol/engine.ts';
import { armCodes, finishCodes, referenceCodes, soundnessCodes, verdictCodes } from './codes.ts';
import { filterSql } from './filterSql.ts';
import type { Sql, SqlRow, SqlValue } from './sql.ts';
import {
  type ArmTotals,
  cellState,
  countInto,
  emptyMatrix,
  type IndexTotals,
  maxCells,
  type Passing,
  type Place,
  type Reached,
  splitTraceId,
  type TraceFacts,
} from './traceIndex.ts';

/* The questions of `TraceIndex`, put to SQLite. */

export function reached(sql: Sql): Map<string, Reached> {
  const rows = sql.all('SELECT * FROM files');
  return new Map(rows.map((row) => [String(row.name), reachedOf(row)]));
}

export function totals(sql: Sql): IndexTotals {
  const [weak, strong] = sql.all('SELECT * FROM totals ORDER BY arm').map(armTotals);
  if (!weak || !strong) throw new Error('The index has no totals.');
  return {
    problems: count(sql, 'SELECT count(*) AS n FROM problems'),
    arms: { weak, strong },
    judged: count(
      sql,
      'SELECT count(*) AS n FROM traces INDEXED BY judged WHERE (soundness > 0 OR bad > 0) AND soundness > 0',
    ),
  };
}

export function passing(sql: Sql, filter: Filter, sort: TraceQuery['sort']): Passing {
  const { sql: condition, values } = filterSql(filter);
  const rows =
    sort === undefined || sort === 'file'
      ? sql.all(
          `SELECT problem, count(*) AS n FROM traces WHERE ${condition} GROUP BY problem ORDER BY problem`,
          ...values,
        )
      : sql.all(
          `SELECT problem, sum(CASE WHEN ${condition} THEN 1 ELSE 0 END) AS n FROM traces
           GROUP BY problem HAVING n > 0 ORDER BY ${orders[sort]}, problem`,
          ...values,
        );
  return {
    problems: rows.map((row) => Number(row.problem)),
    traces: rows.reduce((sum, row) => sum + Number(row.n), 0),
  };
}

const orders = {
  coverage: 'avg(verdict = 0)',
  flagged: "sum(verdict = 0 AND flags <> '') DESC",
};

export function matrix(sql: Sql, filter: Filter): Quadrants {
  const rest = withoutTerms(filter, ['verdict', 'soundness']);
  if (rest.terms.length === 0) return wholeMatrix(sql);
  const { sql: condition, values } = filterSql(rest);
  const quadrants = emptyMatrix();
  for (const row of sql.all(
    `SELECT verdict, soundness, count(*) AS n FROM traces WHERE ${condition} GROUP BY verdict, soundness`,
    ...values,
  )) {
    countInto(quadrants, verdictCodes.name(row.verdict), soundnessOf(row), Number(row.n));
  }
  return quadrants;
}

/** Without a walk over all traces: what is not judged is what remains of the totals. */
function wholeMatrix(sql: Sql): Quadrants {
  const quadrants = emptyMatrix();
  const { correct, incorrect } =
    sql.one('SELECT sum(correct) AS correct, sum(incorrect) AS incorrect FROM totals') ?? {};
  quadrants.correct.none = Number(correct);
  quadrants.incorrect.none = Number(incorrect);
  for (const row of sql.all(
    `SELECT verdict, soundness, count(*) AS n FROM traces INDEXED BY judged
     WHERE (soundness > 0 OR bad > 0) AND soundness > 0 GROUP BY verdict, soundness`,
  )) {
    const verdict = verdictCodes.name(row.verdict);
    countInto(quadrants, verdict, soundnessOf(row), Number(row.n));
    countInto(quadrants, verdict, null, -Number(row.n));
  }
  return quadrants;
}

export function problemRows(sql: Sql, numbers: readonly number[]): ProblemRow[] {
  return numbers.flatMap((number) => {
    const problem = sql.one('SELECT id, title FROM problems WHERE num = ?', number);
    if (!problem) return [];
    const id = String(problem.id);
    const cells = arms.map((_, arm) =>
      sql
        .all(
          'SELECT arm, sample, verdict, flags, soundness FROM traces WHERE problem = ? AND arm = ? ORDER BY sample LIMIT ?',
          number,
          arm,
          maxCells,
        )
        .map((row) => cellOf(id, row)),
    );
    return [{ id, title: String(problem.title), samples: { weak: cells[0] ?? [], strong: cells[1] ?? [] } }];
  });
}

export function tracesOf(sql: Sql, problem: ProblemId, filter: Filter): TraceFacts[] {
  const { sql: condition, values } = filterSql(filter);
  return factsWhere(
    sql,
    `problem = (SELECT num FROM problems WHERE id = ?) AND (${condition})`,
    -1,
    problem,
    ...values,
  );
}

export function facts(sql: Sql, trace: TraceId): TraceFacts | null {
  const key = keyOf(sql, trace);
  return (key && factsWhere(sql, 'problem = ? AND arm = ? AND sample = ?', 1, ...key)[0]) ?? null;
}

export function scan(sql: Sql, after: TraceId | null, limit: number): TraceFacts[] {
  const key = after === null ? [0, 0, -1] : keyOf(sql, after);
  return key ? factsWhere(sql, '(problem, arm, sample) > (?, ?, ?)', limit, ...key) : [];
}

export function queue(sql: Sql, filter: Filter, limit: number): TraceId[] {
  const { sql: condition, values } = filterSql(filter);
  const order = 'suspect DESC, unsound DESC, problem, arm, sample';
  const rows = sql.all(
    `SELECT p.id AS id, t.arm, t.sample FROM (
       SELECT problem, arm, sample, unsound, (verdict = 0 AND flags <> '') AS suspect FROM traces WHERE ${condition}
       ORDER BY ${order} LIMIT ?) t
     JOIN problems p ON p.num = t.problem ORDER BY ${order}`,
    ...values,
    limit,
  );
  return rows.map((row) => traceId(String(row.id), armCodes.name(row.arm), Number(row.sample)));
}

export function place(sql: Sql, trace: TraceId): Place | null {
  const key = keyOf(sql, trace);
  const row =
    key &&
    sql.one(
      'SELECT file, offset, length FROM traces JOIN bodies USING (num) WHERE problem = ? AND arm = ? AND sample = ?',
      ...key,
    );
  return row ? placeOf(row) : null;
}

export function problemPlace(sql: Sql, problem: ProblemId): Place | null {
  const row = sql.one('SELECT file, offset, length FROM problems WHERE id = ?', problem);
  return row ? placeOf(row) : null;
}

export function problemNumber(sql: Sql, problem: ProblemId): number | null {
  const row = sql.one('SELECT num FROM problems WHERE id = ?', problem);
  return row ? Number(row.num) : null;
}

/** The primary key of a trace; null where its problem is unknown or the id is none of ours. */
export function keyOf(sql: Sql, trace: TraceId): [number, number, number] | null {
  const parts = splitTraceId(trace);
  const problem = parts && sql.one('SELECT num FROM problems WHERE id = ?', parts.problem);
  return problem ? [Number(problem.num), armCodes.code(parts.arm), parts.sample] : null;
}

function factsWhere(sql: Sql, condition: string, limit: number, ...values: SqlValue[]): TraceFacts[] {
  const order = 'problem, arm, sample';
  return sql
    .all(
      `SELECT p.id AS id, m.name AS modelName, t.*, answer, path, promptTokens
       FROM (SELECT * FROM traces WHERE ${condition} ORDER BY ${order} LIMIT ?) t
       JOIN bodies b ON b.num = t.num JOIN problems p ON p.num = t.problem JOIN models m ON m.num = t.model
       ORDER BY ${order}`,
      ...values,
      limit,
    )
    .map(factsOf);
}

function factsOf(row: SqlRow): TraceFacts {
  const problem = String(row.id);
  const arm = armCodes.name(row.arm);
  const sample = Number(row.sample);
  return {
    id: traceId(problem, arm, sample),
    problem,
    arm,
    sample,
    model: String(row.modelName),
    verdict: verdictCodes.name(row.verdict),
    answer: textOrNull(row.answer),
    answerKey: textOrNull(row.answerKey),
    path: String(row.path),
    flags: flagsOf(row),
    steps: Number(row.steps),
    promptTokens: Number(row.promptTokens),
    completionTokens: Number(row.tokens),
    finish: finishCodes.name(row.finish),
    unsound: Number(row.unsound),
    reference: referenceOf(row),
    soundness: soundnessOf(row),
    badProblem: row.bad === 1,
  };
}

function cellOf(problem: ProblemId, row: SqlRow): SampleCell {
  return {
    trace: traceId(problem, armCodes.name(row.arm), Number(row.sample)),
    state: cellState({ verdict: verdictCodes.name(row.verdict), flags: flagsOf(row) }),
    soundness: soundnessOf(row),
  };
}

function armTotals(row: SqlRow): ArmTotals {
  return {
    traces: Number(row.traces),
    correct: Number(row.correct),
    flaggedCorrect: Number(row.flaggedCorrect),
    promptTokens: Number(row.promptTokens),
    completionTokens: Number(row.completionTokens),
  };
}

function reachedOf(row: SqlRow): Reached {
  return {
    bytes: Number(row.bytes),
    lines: Number(row.lines),
    fingerprint: String(row.fingerprint),
    warnings: JSON.parse(String(row.warnings)) as string[],
  };
}

function placeOf(row: SqlRow): Place {
  return { file: String(row.file), offset: Number(row.offset), length: Number(row.length) };
}

function flagsOf(row: SqlRow): string[] {
  return String(row.flags).split(',').filter(Boolean);
}

function soundnessOf(row: SqlRow) {
  const soundness = soundnessCodes.name(row.soundness);
  return soundness === 'none' ? null : soundness;
}

function referenceOf(row: SqlRow) {
  const reference = referenceCodes.name(row.reference);
  return reference === 'none' ? null : reference;
}

function textOrNull(value: unknown): string | null {
  return value === null ? null : String(value);
}

function count(sql: Sql, query: string): number {
  return Number(sql.one(query)?.n);
}
