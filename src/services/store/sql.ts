import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

export type SqlValue = SQLInputValue;
export type SqlRow = Record<string, unknown>;

/** A database with its statements prepared once. */
export interface Sql {
  all(sql: string, ...values: SqlValue[]): SqlRow[];
  one(sql: string, ...values: SqlValue[]): SqlRow | undefined;
  run(sql: string, ...values: SqlValue[]): void;
  /** Runs the action as a whole or not at all. */
  transaction<T>(action: () => T): T;
  close(): void;
}

/** Filters make ever new statements; only so many are kept prepared. */
const maxPrepared = 200;

export function sqlOf(db: DatabaseSync): Sql {
  const prepared = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const statement = prepared.get(sql) ?? db.prepare(sql);
    if (prepared.size >= maxPrepared) prepared.clear();
    prepared.set(sql, statement);
    return statement;
  };
  return {
    all: (sql, ...values) => prepare(sql).all(...values) as SqlRow[],
    one: (sql, ...values) => prepare(sql).get(...values) as SqlRow | undefined,
    run: (sql, ...values) => void prepare(sql).run(...values),
    transaction: (action) => {
      db.exec('BEGIN IMMEDIATE');
      try {
        const result = action();
        db.exec('COMMIT');
        return result;
      } catch (error) {
        rollBack(db);
        throw error;
      }
    },
    close: () => {
      prepared.clear();
      db.close();
    },
  };
}

/** Some failures (a full disk) have already ended the transaction. */
function rollBack(db: DatabaseSync): void {
  try {
    db.exec('ROLLBACK');
  } catch {}
}
