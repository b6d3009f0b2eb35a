import type { Filter, FilterTerm } from '../../core/curate/filter.ts';
import { armCodes, finishCodes, referenceCodes, soundnessCodes, verdictCodes } from './codes.ts';

/** A condition on the columns of `traces`, with the values to bind; what the user wrote is never part of the SQL. */
export interface Condition {
  sql: string;
  values: (string | number)[];
}

/** The filter as a condition; `1` where everything passes. */
export function filterSql(filter: Filter): Condition {
  const conditions = filter.terms.map(termSql);
  return {
    sql: conditions.map(({ sql }) => `(${sql})`).join(' AND ') || '1',
    values: conditions.flatMap(({ values }) => values),
  };
}

function termSql(term: FilterTerm): Condition {
  switch (term.field) {
    case 'arm':
      return { sql: 'arm = ?', values: [armCodes.code(term.value)] };
    case 'verdict':
      return { sql: 'verdict = ?', values: [verdictCodes.code(term.value)] };
    case 'finish':
      return { sql: 'finish = ?', values: [finishCodes.code(term.value)] };
    case 'flag':
      return flagSql(term.value);
    case 'soundness':
      if (term.value === 'bad') return { sql: 'bad = 1', values: [] };
      if (term.value === 'none') return { sql: 'soundness = 0 AND bad = 0', values: [] };
      return { sql: 'soundness = ?', values: [soundnessCodes.code(term.value)] };
    case 'reference':
      return { sql: 'reference = ?', values: [referenceCodes.code(term.value)] };
    case 'answer':
      return term.key === null
        ? { sql: 'answerKey IS NULL', values: [] }
        : { sql: 'answerKey = ?', values: [term.key] };
    case 'steps':
      return { sql: `steps ${term.comparison} ?`, values: [term.value] };
    case 'tokens':
      return { sql: `tokens ${term.comparison} ?`, values: [term.value] };
    case 'problem':
      return { sql: 'problem = (SELECT num FROM problems WHERE id = ?)', values: [term.value] };
    case 'model':
      return { sql: 'model = (SELECT num FROM models WHERE name = ?)', values: [term.value] };
    case 'words':
      return wordsSql(term.value, term.phrase);
  }
}

/** Flags stand in one column as `,wrongArithmetic,guessedAnswer,`. */
function flagSql(value: string): Condition {
  if (value === 'any') return { sql: "flags <> ''", values: [] };
  return value === 'none' ? { sql: "flags = ''", values: [] } : { sql: 'instr(flags, ?) > 0', values: [`,${value},`] };
}

function wordsSql(value: string, phrase: boolean): Condition {
  // A quoted string is one phrase to FTS5, whatever stands in it (https://www.sqlite.org/fts5.html, section 3.1).
  const query = `"${value.replaceAll('"', '""').replaceAll('\0', ' ')}"${phrase ? '' : '*'}`;
  return {
    sql: `num IN (SELECT rowid FROM traceText WHERE traceText MATCH ?)
      OR problem IN (SELECT rowid FROM problemText WHERE problemText MATCH ?)`,
    values: [query, query],
  };
}
