import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { MeanTokens } from '../../core/budget/budget.ts';
import { expectedTokens, planGrid, previewPlan } from '../../core/budget/plan.ts';
import type { Problem } from '../../core/problem/problem.ts';
import type { RunFile, RunModel } from '../../core/trace/run.ts';
import type { Arm } from '../../core/trace/trace.ts';
import { UserError } from '../../core/userError.ts';
import type { PlanPreview, PlanSpec, ProblemFileRequest } from '../../protocol/engine.ts';
import { type ProblemFile, readProblemFile } from '../importers/problems.ts';
import type { Vocabularies } from '../models/embedded/vocabulary.ts';
import { estimateTokens } from '../models/reply.ts';
import { buildMessages, resolveModel } from '../sampling/prompt.ts';
import { checkWords } from './knownWords.ts';

/** All that a plan needs, read from its files. */
export interface Plan {
  problems: Problem[];
  problemFiles: RunFile['problemFiles'];
  models: Record<Arm, RunModel>;
  expected: Record<Arm, MeanTokens>;
  preview: PlanPreview;
}

/** Reads a problem file, or remembers it while the file stays as it is. */
export type ReadProblems = (request: ProblemFileRequest) => Promise<ProblemFile>;

/**
 * Reads the problem files and both models' prompts and works the budget out. Spends nothing.
 *
 * @param vocabularies of the embedded models; null: what they can read is left for them to say.
 * @throws UserError where a file has no problems, two files give the same ids, an embedded model can't read the problems, or
 * the budget can't be worked out.
 */
export async function makePlan(
  spec: PlanSpec,
  workspace: string | null,
  read: ReadProblems,
  vocabularies: Vocabularies | null,
): Promise<Plan> {
  const { problems, problemFiles } = await loadProblems(spec, read);
  const readText = (path: string) => readFile(isAbsolute(path) || !workspace ? path : join(workspace, path), 'utf8');
  const [weak, strong] = await Promise.all([resolveModel(spec.weak, readText), resolveModel(spec.strong, readText)]);
  if (vocabularies) await checkWords([weak, strong], problems, vocabularies);
  const promptTokens = (meanPrompt(weak, problems) + meanPrompt(strong, problems)) / 2;
  const input = { problems: problems.length, promptTokens, weak: spec.weak, strong: spec.strong, spec };
  return {
    problems,
    problemFiles,
    models: { weak, strong },
    expected: expectedTokens(input),
    preview: previewPlan(input),
  };
}

/** `run.json` of a plan. */
export function runFileOf(
  spec: PlanSpec,
  plan: Plan,
  about: Pick<RunFile, 'id' | 'name' | 'createdAt' | 'version' | 'seed'>,
): RunFile {
  return {
    format: 'trace-loupe/run@1',
    ...about,
    origin: 'sampled',
    problemFiles: plan.problemFiles,
    problemCount: plan.problems.length,
    models: plan.models,
    match: spec.match,
    grid: planGrid(spec, spec.weak, spec.strong, plan.expected),
    expected: plan.expected,
    ...(spec.maxUsd === undefined ? {} : { maxUsd: spec.maxUsd }),
  };
}

/** Keeps the last files read, so that a preview on every change of the budget does not read them again. */
export function problemFileReader(workspace: string | null): ReadProblems {
  const kept = new Map<string, { state: string; file: Promise<ProblemFile> }>();
  return async (request) => {
    const key = JSON.stringify([request.path, request.name, request.mapping]);
    const state = await fileState(request.path);
    const known = kept.get(key);
    kept.delete(key);
    const file = known && state !== null && known.state === state ? known.file : readProblemFile(request, workspace);
    if (state !== null) kept.set(key, { state, file });
    file.catch(() => kept.delete(key));
    const oldest = kept.keys().next().value;
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
    return file;
  };
}

const mostKept = 8;

async function fileState(path: string): Promise<string | null> {
  const state = await stat(path).catch(() => null);
  return state && `${state.size} ${state.mtimeMs}`;
}

async function loadProblems({ problemFiles: requests, limit }: PlanSpec, read: ReadProblems) {
  if (requests.length === 0) throw new UserError('No problem file is chosen; choose at least one.');
  const problems: Problem[] = [];
  const problemFiles: RunFile['problemFiles'] = [];
  const fileOf = new Map<string, string>();
  for (const request of requests) {
    const { summary, problems: read_, sha256 } = await read(request);
    if (summary.error) throw new UserError(summary.error.message);
    const taken = read_.slice(0, Math.max(0, (limit ?? Number.POSITIVE_INFINITY) - problems.length));
    for (const problem of taken) {
      const other = fileOf.get(problem.id);
      if (other !== undefined) throw twice(problem.id, other, summary.file);
      fileOf.set(problem.id, summary.file);
      problems.push(problem);
    }
    problemFiles.push({ file: summary.file, sha256, problems: taken.length });
  }
  if (problems.length === 0) throw new UserError('The chosen problem files hold no problem; choose others.');
  return { problems, problemFiles };
}

function twice(id: string, first: string, second: string): UserError {
  if (first === second) return new UserError(`${first} holds the problem ${id} twice; give each row an id of its own.`);
  return new UserError(`${first} and ${second} both hold a problem ${id}; rename one of the files.`);
}

/** Problems whose prompts are looked at; more would not change a mean by much. */
const sampledPrompts = 200;

function meanPrompt(model: RunModel, problems: readonly Problem[]): number {
  const step = Math.max(1, Math.floor(problems.length / sampledPrompts));
  const some = problems.filter((_, index) => index % step === 0);
  const lengths = some.map((problem) =>
    buildMessages(model.prompt, problem).reduce((sum, { content }) => sum + content.length, 0),
  );
  return Math.round(lengths.reduce((sum, length) => sum + estimateTokens(length), 0) / Math.max(1, lengths.length));
}
