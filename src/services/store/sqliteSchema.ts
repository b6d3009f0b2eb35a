import type { DatabaseSync } from 'node:sqlite';

/** Raised with any change below: an index of another layout is built anew. */
const layout = 2;

/**
 * Narrow facts to filter by, clustered by problem so that grouping is one walk; what is only shown and where the body stands
 * beside them; the text in contentless full-text tables. A million traces take about 60 MB without the full text.
 */
const tables = `
  CREATE TABLE about (layout INTEGER NOT NULL, grader TEXT NOT NULL);
  CREATE TABLE files (name TEXT PRIMARY KEY, bytes INTEGER, lines INTEGER, fingerprint TEXT, warnings TEXT) WITHOUT ROWID;
  CREATE TABLE problems (num INTEGER PRIMARY KEY, id TEXT UNIQUE, title TEXT, file TEXT, offset INTEGER, length INTEGER);
  CREATE TABLE models (num INTEGER PRIMARY KEY, name TEXT UNIQUE);
  CREATE TABLE totals (
    arm INTEGER PRIMARY KEY, traces INTEGER, correct INTEGER, incorrect INTEGER, flaggedCorrect INTEGER,
    promptTokens INTEGER, completionTokens INTEGER
  );
  CREATE TABLE traces (
    problem INTEGER, arm INTEGER, sample INTEGER, num INTEGER, verdict INTEGER, soundness INTEGER, bad INTEGER, flags TEXT,
    model INTEGER, steps INTEGER, tokens INTEGER, finish INTEGER, unsound REAL, answerKey TEXT, reference INTEGER,
    PRIMARY KEY (problem, arm, sample)
  ) WITHOUT ROWID;
  CREATE INDEX judged ON traces (verdict, soundness, bad) WHERE soundness > 0 OR bad > 0;
  CREATE TABLE bodies (
    num INTEGER PRIMARY KEY, file TEXT, offset INTEGER, length INTEGER, answer TEXT, path TEXT, promptTokens INTEGER
  );
  CREATE VIRTUAL TABLE traceText USING fts5(
    text, content='', columnsize=0, tokenize='unicode61 remove_diacritics 2');
  CREATE VIRTUAL TABLE problemText USING fts5(
    text, content='', columnsize=0, tokenize='unicode61 remove_diacritics 2');
  INSERT INTO totals VALUES (0, 0, 0, 0, 0, 0, 0), (1, 0, 0, 0, 0, 0, 0);
`;

/** Lays the tables out in an empty database. `grader` names what judged the traces; see `isCurrent`. */
export function createTables(db: DatabaseSync, grader: string): void {
  db.exec(`BEGIN IMMEDIATE; ${tables} COMMIT`);
  db.prepare('INSERT INTO about VALUES (?, ?)').run(layout, grader);
}

/** Was the index made by this layout and this grader? Throws where the file is no sound database. */
export function isCurrent(db: DatabaseSync, grader: string): boolean {
  const table = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'about'").get();
  if (!table) return false;
  const about = db.prepare('SELECT layout, grader FROM about').get();
  return about?.layout === layout && about.grader === grader;
}
