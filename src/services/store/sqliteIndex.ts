import { rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { onDisk } from './diskError.ts';
import { type Sql, sqlOf } from './sql.ts';
import * as queries from './sqliteQueries.ts';
import { createTables, isCurrent } from './sqliteSchema.ts';
import * as writes from './sqliteWrites.ts';
import type { TraceIndex } from './traceIndex.ts';

/**
 * An index in one SQLite file, made where it isn't there, and made anew where it is of another version or broken. `grader`
 * names what judged the traces: with another one everything is judged again.
 *
 * Null where this Node has no SQLite (one version of Electron lacked it). The file must be on a local disk: it uses a
 * write-ahead log.
 */
export async function openSqliteIndex(path: string, grader: string): Promise<TraceIndex | null> {
  const sqlite = await import('node:sqlite').catch(() => null);
  if (!sqlite) return null;
  await onDisk(`make the index ${path}`, () => mkdir(dirname(path), { recursive: true }));
  let sql = openCurrent(sqlite.DatabaseSync, path, grader);
  let open = true;
  return {
    kind: 'sqlite',
    reached: () => queries.reached(sql),
    add: (batch) => sql.transaction(() => writes.add(sql, batch)),
    clear: () => {
      closeQuietly(sql);
      removeDatabase(path);
      sql = openCurrent(sqlite.DatabaseSync, path, grader);
    },
    setJudgements: (judgements) => sql.transaction(() => writes.setJudgements(sql, judgements)),
    setJudgement: (trace, judgement) => writes.setJudgement(sql, trace, judgement),
    totals: () => queries.totals(sql),
    passing: (filter, sort) => queries.passing(sql, filter, sort),
    matrix: (filter) => queries.matrix(sql, filter),
    problemRows: (numbers) => queries.problemRows(sql, numbers),
    tracesOf: (problem, filter) => queries.tracesOf(sql, problem, filter),
    queue: (filter, limit) => queries.queue(sql, filter, limit),
    facts: (trace) => queries.facts(sql, trace),
    place: (trace) => queries.place(sql, trace),
    problemPlace: (problem) => queries.problemPlace(sql, problem),
    problemNumber: (problem) => queries.problemNumber(sql, problem),
    scan: (after, limit) => queries.scan(sql, after, limit),
    close: () => {
      if (open) sql.close();
      open = false;
    },
  };
}

/** Is there an SQLite with full-text search? */
export async function hasSqlite(): Promise<boolean> {
  try {
    const { DatabaseSync } = await import('node:sqlite');
    const db = new DatabaseSync(':memory:');
    createTables(db, '');
    db.close();
    return true;
  } catch {
    return false;
  }
}

/** Has this error to do with the index's file, so that a new file mends it? */
export function isBrokenIndex(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR';
}

function openCurrent(Database: typeof DatabaseSync, path: string, grader: string): Sql {
  try {
    const db = openDatabase(Database, path);
    if (isCurrent(db, grader)) return sqlOf(db);
    db.close();
  } catch (error) {
    if (!isBrokenIndex(error)) throw error;
  }
  removeDatabase(path);
  const db = openDatabase(Database, path);
  createTables(db, grader);
  return sqlOf(db);
}

function openDatabase(Database: typeof DatabaseSync, path: string): DatabaseSync {
  const db = new Database(path);
  // A crash may lose the last batches of a cache, never its soundness: what NORMAL means with a write-ahead log.
  db.exec(
    'PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -32000',
  );
  return db;
}

function removeDatabase(path: string): void {
  for (const end of ['', '-wal', '-shm']) rmSync(`${path}${end}`, { force: true });
}

function closeQuietly(sql: Sql): void {
  try {
    sql.close();
  } catch {}
}
