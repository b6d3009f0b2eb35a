import type { Decision } from '../../core/annotation/annotation.ts';
import { groupAnswers } from '../../core/answer/group.ts';
import type { Verdict } from '../../core/answer/verdict.ts';
import { parseFilter } from '../../core/curate/filter.ts';
import type { Problem, ProblemId } from '../../core/problem/problem.ts';
import type { Arm, Span, TraceId } from '../../core/trace/trace.ts';
import type {
  AnswerClass,
  AnswerPath,
  ProblemPage,
  Quadrants,
  SampleCell,
  TraceDetail,
  TraceQuery,
  TraceRow,
} from '../../protocol/engine.ts';
import { assess } from '../grading/assess.ts';
import { describeRequest } from '../sampling/prompt.ts';
import type { Passing, TraceFacts } from '../store/traceIndex.ts';
import type { OpenRun } from './openRun.ts';

/** What a person says of a trace. */
export type DecisionOf = (trace: TraceId) => Decision | null;

/** Rows `from` (0-based) to `to` (exclusive) of the problems with a passing trace. */
export async function problemPage(run: OpenRun, query: TraceQuery, from: number, to: number): Promise<ProblemPage> {
  const { problems, traces, matrix } = await passing(run, query);
  const first = Math.max(0, Math.floor(from));
  const numbers = problems.slice(first, Math.min(to, first + mostRows));
  const rows = await run.ask((index) => index.problemRows(numbers));
  for (const { samples } of rows) {
    samples.weak.sort(byState);
    samples.strong.sort(byState);
  }
  const page = { total: problems.length, traces, rows, matrix };
  const { find } = query;
  if (find === undefined) return page;
  const number = await run.ask((index) => index.problemNumber(find));
  return { ...page, found: number === null ? -1 : problems.indexOf(number) };
}

/** More rows than any screen shows are asked for by mistake. */
const mostRows = 1_000;

/** What passes a filter, whatever rows of it are shown. */
interface Found extends Passing {
  matrix: Quadrants;
}

/** The latest answers per run, so that scrolling does not filter again. */
const foundBefore = new WeakMap<OpenRun, Map<string, { version: number; found: Found }>>();
const mostFound = 8;

async function passing(run: OpenRun, { filter: text, sort }: TraceQuery): Promise<Found> {
  const known = foundBefore.get(run) ?? new Map<string, { version: number; found: Found }>();
  foundBefore.set(run, known);
  const key = `${sort ?? 'file'} ${text}`;
  const before = known.get(key);
  if (before?.version === run.version) return before.found;
  const { version } = run;
  const filter = parseFilter(text);
  const found = await run.ask((index) => ({ ...index.passing(filter, sort), matrix: index.matrix(filter) }));
  if (known.size >= mostFound) known.clear();
  known.set(key, { version, found });
  return found;
}

const states: readonly SampleCell['state'][] = ['correct', 'flagged', 'incorrect', 'ungradable'];

/** Stable, so samples stay in order within a state. */
function byState(a: SampleCell, b: SampleCell): number {
  return states.indexOf(a.state) - states.indexOf(b.state);
}

/** The problem's passing traces in classes of equal answers: the gold class, the others by size, and last those without an answer. */
export async function answerClasses(
  run: OpenRun,
  id: ProblemId,
  query: TraceQuery,
  decisionOf: DecisionOf,
): Promise<AnswerClass[]> {
  const problem = await run.problem(id);
  const facts = await run.ask((index) => index.tracesOf(id, parseFilter(query.filter)));
  const classes = classify(problem, facts);
  const ordered = [...classes].sort(([a, left], [b, right]) => rank(a) - rank(b) || right.length - left.length);
  const result: AnswerClass[] = [];
  for (const [key, traces] of ordered)
    result.push(await answerClass(run, key === goldClass, traces, problem, decisionOf));
  return result;
}

const goldClass = 0;
const noAnswer = -1;

function rank(key: number): number {
  return key === goldClass ? 0 : key === noAnswer ? 2 : 1;
}

/** The verdict decides who is right; among the others equal answers stand together. */
function classify(problem: Problem, facts: TraceFacts[]): Map<number, TraceFacts[]> {
  const others = groupAnswers(
    problem.answer,
    facts.map(({ answer }) => answer),
  );
  const classes = new Map<number, TraceFacts[]>();
  facts.forEach((fact, i) => {
    const group = others[i] ?? noAnswer;
    const key = fact.verdict === 'correct' ? goldClass : group === goldClass ? Number.POSITIVE_INFINITY : group;
    classes.set(key, [...(classes.get(key) ?? []), fact]);
  });
  return classes;
}

async function answerClass(
  run: OpenRun,
  gold: boolean,
  traces: TraceFacts[],
  problem: Problem,
  decisionOf: DecisionOf,
): Promise<AnswerClass> {
  const byPath = Map.groupBy(traces, ({ path }) => path);
  const paths: AnswerPath[] = [];
  for (const group of [...byPath.values()].sort((a, b) => b.length - a.length)) {
    const equations = paths.length < mostPaths ? await equationsOf(run, problem, group) : noEquations;
    paths.push({ ...equations, counts: countArms(group), traces: group.map((facts) => traceRow(facts, decisionOf)) });
  }
  return {
    answer: mostFrequent(traces.flatMap(({ answer }) => (answer === null ? [] : [answer]))) ?? null,
    gold,
    verdict: mostFrequent(traces.map(({ verdict }) => verdict)) as Verdict,
    counts: countArms(traces),
    paths,
  };
}

/** Paths of one class whose equations are shown; a screen holds far fewer. */
const mostPaths = 200;
const mostEquations = 100;
const noEquations: Pick<AnswerPath, 'equations' | 'flaggedEquations'> = { equations: [], flaggedEquations: [] };

/** Of one trace for all that took the path; a flagged one, so that its flags are seen. */
async function equationsOf(run: OpenRun, problem: Problem, group: TraceFacts[]): Promise<typeof noEquations> {
  const chosen = group.find(({ flags }) => flags.length > 0) ?? group[0];
  if (!chosen) return noEquations;
  const { path, flags } = assess(problem, (await run.trace(chosen.id)).text);
  const equations = path.equations.slice(0, mostEquations);
  const flagged = equations.flatMap((equation, i) => (flags.some((flag) => overlap(flag, equation)) ? [i] : []));
  return { equations: equations.map(({ text }) => text), flaggedEquations: flagged };
}

function overlap(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end;
}

export async function traceDetail(run: OpenRun, id: TraceId, decisionOf: DecisionOf): Promise<TraceDetail> {
  const trace = await run.trace(id);
  const problem = await run.problem(trace.problem);
  const { steps, flags, verdict, answer, how, reference } = assess(problem, trace.text, await run.keys(problem));
  const model = run.run.origin === 'sampled' ? run.run.models[trace.arm] : null;
  const request = model && describeRequest(model, problem, trace.seed);
  return { trace, problem, steps, flags, verdict, answer, how, reference, decision: decisionOf(id), request };
}

/** Ids of passing traces: flagged correct ones first, the most suspicious first; at most `limit`. */
export async function queue(run: OpenRun, { filter }: TraceQuery, limit: number): Promise<TraceId[]> {
  const most = Math.max(0, Math.min(limit, mostQueued));
  return run.ask((index) => index.queue(parseFilter(filter), most));
}

/** Nobody judges more in one go. */
const mostQueued = 100_000;

function traceRow(facts: TraceFacts, decisionOf: DecisionOf): TraceRow {
  const { id, arm, sample, completionTokens, verdict, flags, reference } = facts;
  return { id, arm, sample, completionTokens, verdict, flags, reference, decision: decisionOf(id) };
}

function countArms(traces: readonly { arm: Arm }[]): Record<Arm, number> {
  const weak = traces.filter(({ arm }) => arm === 'weak').length;
  return { weak, strong: traces.length - weak };
}

/** The first of those that occur most. */
function mostFrequent<T>(values: readonly T[]): T | undefined {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best: T | undefined;
  for (const [value, count] of counts) if (best === undefined || count > (counts.get(best) ?? 0)) best = value;
  return best;
}
