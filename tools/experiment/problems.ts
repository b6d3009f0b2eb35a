import { join } from 'node:path';
import { gradeTrace } from '../../src/core/answer/grade.ts';
import type { Problem } from '../../src/core/problem/problem.ts';
import { checkTrace } from '../../src/core/soundness/checkTrace.ts';
import type { ProblemKeys } from '../../src/core/soundness/keys.ts';
import { tracePath } from '../../src/core/trace/path.ts';
import { UserError } from '../../src/core/userError.ts';
import { referenceKeys } from '../../src/services/grading/referenceKeys.ts';
import { readProblemFile } from '../../src/services/importers/problems.ts';
import type { JudgedTrace } from './tally.ts';

/** A test problem with what the exact checker needs. */
export interface TestProblem {
  problem: Problem;
  keys: ProblemKeys;
}

/** The embedded problems of the media folder, in their files' order. Rejects with a `UserError` where they or their keys are missing. */
export async function readTestProblems(media: string, most: number | null): Promise<TestProblem[]> {
  const warnings: string[] = [];
  const file = join(media, 'models', 'keys.jsonl');
  const keysOf = await referenceKeys(file, (message) => warnings.push(message))();
  const problems: TestProblem[] = [];
  for (const name of files) {
    const { summary, problems: read } = await readProblemFile({ path: join(media, 'samples', name) }, media);
    if (summary.error !== undefined) throw new UserError(summary.error.message);
    for (const problem of read) {
      const keys = keysOf(problem.text);
      if (!keys)
        throw new UserError(
          warnings[0] ?? `${file} has no keys for ${problem.id}: make both files by one run of the recipe.`,
        );
      problems.push({ problem, keys });
    }
  }
  return problems.slice(0, most ?? problems.length);
}

const files = ['word-problems.jsonl', 'word-problems-more.jsonl'];

/** What a text is worth; the same text is judged once for a problem. */
export function judging({
  problem,
  keys,
}: TestProblem): (text: string) => Pick<JudgedTrace, 'correct' | 'wrong' | 'path'> {
  const known = new Map<string, Pick<JudgedTrace, 'correct' | 'wrong' | 'path'>>();
  return (text) => {
    const before = known.get(text);
    if (before) return before;
    const correct = gradeTrace(problem, text).verdict === 'correct';
    const { soundness, reason } = checkTrace(keys, text);
    const wrong = soundness === 'sound' ? null : (reason ?? 'form');
    const judged = { correct, wrong, path: correct ? tracePath(text).key : '' };
    known.set(text, judged);
    return judged;
  };
}
