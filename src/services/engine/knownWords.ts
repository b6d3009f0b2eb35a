import type { Problem } from '../../core/problem/problem.ts';
import type { RunModel } from '../../core/trace/run.ts';
import { UserError } from '../../core/userError.ts';
import { isEmbedded } from '../models/embedded/settings.ts';
import { firstUnknownWord, type Vocabularies } from '../models/embedded/vocabulary.ts';
import { fillTemplate } from '../sampling/prompt.ts';

/**
 * Refuses problems that an embedded model can't read, at the first word that it does not know: a file of problems from
 * elsewhere costs no more than its first row.
 *
 * @throws UserError naming the word, its place and the remedy.
 */
export async function checkWords(
  models: readonly RunModel[],
  problems: readonly Problem[],
  vocabularies: Vocabularies,
): Promise<void> {
  for (const model of models) {
    if (!isEmbedded(model)) continue;
    const words = await vocabularies.of(model.model);
    for (const problem of problems) {
      const unknown = firstUnknownWord(fillTemplate(model.prompt.template, problem), words);
      if (unknown !== null) throw unreadable(model, problem, unknown);
    }
  }
}

function unreadable({ name }: RunModel, { source }: Problem, word: string): UserError {
  const place = `${source.file}:${source.line}`;
  return new UserError(
    `${name} can't read these problems: “${word}” (${place}) is not among its words. It is a tiny model trained on the sample problems' templates; choose the sample problems or another model.`,
  );
}
