import { filterPredicate, withoutTerms } from '../../core/curate/filter.ts';
import type { ProblemId } from '../../core/problem/problem.ts';
import { type Arm, arms, type TraceId } from '../../core/trace/trace.ts';
import type { SampleCell, TraceQuery } from '../../protocol/engine.ts';
import {
  type ArmTotals,
  cellState,
  countInto,
  emptyMatrix,
  type IndexBatch,
  type IndexedTrace,
  maxCells,
  note,
  type Place,
  type Reached,
  type TraceFacts,
  type TraceIndex,
  titleOf,
} from './traceIndex.ts';

/** What the memory index can't do, for people. */
export const memoryLimits: readonly string[] = [
  'This editor has no SQLite: words in the text can’t be searched, and every run is read again when the window opens.',
];

/** An index that lives as long as the process: the fallback where Node has no SQLite. Holds no texts. */
export function createMemoryIndex(): TraceIndex {
  let state = emptyState();
  const problemNumbered = (number: number) => state.problems[number];
  const passingOf = (problem: IndexedHere, test: (facts: TraceFacts) => boolean) => sorted(problem).filter(test);

  return {
    kind: 'memory',
    reached: () => new Map(state.reached),
    add: (batch) => add(state, batch),
    clear: () => {
      state = emptyState();
    },
    setJudgements: (judgements) => {
      for (const { facts } of state.traces.values()) Object.assign(facts, unjudged);
      for (const [trace, judgement] of judgements) Object.assign(state.traces.get(trace)?.facts ?? {}, judgement);
    },
    setJudgement: (trace, judgement) => void Object.assign(state.traces.get(trace)?.facts ?? {}, judgement),
    totals: () => {
      const facts = [...state.traces.values()].map((trace) => trace.facts);
      return {
        problems: state.problems.length,
        arms: { weak: armTotals(facts, 'weak'), strong: armTotals(facts, 'strong') },
        judged: facts.filter(({ soundness }) => soundness !== null).length,
      };
    },
    passing: (filter, sort) => {
      const test = filterPredicate<TraceFacts>(filter);
      const counts = state.problems.map((problem) => passingOf(problem, test).length);
      const numbers = counts.flatMap((count, number) => (count > 0 ? [number] : []));
      const rank = rankOf(sort);
      const ranks = new Map(numbers.map((number) => [number, rank(state.problems[number]?.traces ?? [])]));
      numbers.sort((a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0) || a - b);
      return { problems: numbers, traces: counts.reduce((sum, count) => sum + count, 0) };
    },
    matrix: (filter) => {
      const test = filterPredicate<TraceFacts>(withoutTerms(filter, ['verdict', 'soundness']));
      const matrix = emptyMatrix();
      for (const { facts } of state.traces.values()) {
        if (test(facts)) countInto(matrix, facts.verdict, facts.soundness);
      }
      return matrix;
    },
    problemRows: (numbers) =>
      numbers.flatMap((number) => {
        const problem = problemNumbered(number);
        if (!problem) return [];
        return [
          {
            id: problem.id,
            title: problem.title,
            samples: { weak: cells(problem, 'weak'), strong: cells(problem, 'strong') },
          },
        ];
      }),
    tracesOf: (id, filter) => {
      const problem = state.byId.get(id);
      return problem ? passingOf(problem, filterPredicate<TraceFacts>(filter)).map(copy) : [];
    },
    queue: (filter, limit) => {
      const test = filterPredicate<TraceFacts>(filter);
      const suspect = ({ verdict, flags }: TraceFacts) => Number(verdict === 'correct' && flags.length > 0);
      // Sorting is stable, so ties stay by problem, arm and sample.
      return state.problems
        .flatMap((problem) => passingOf(problem, test))
        .sort((a, b) => suspect(b) - suspect(a) || b.unsound - a.unsound)
        .slice(0, limit)
        .map(({ id }) => id);
    },
    facts: (trace) => {
      const known = state.traces.get(trace);
      return known ? copy(known.facts) : null;
    },
    place: (trace) => state.traces.get(trace)?.place ?? null,
    problemPlace: (problem) => state.byId.get(problem)?.place ?? null,
    problemNumber: (problem) => state.byId.get(problem)?.number ?? null,
    scan: (after, limit) => scan(state, after, limit),
    close: () => {
      state = emptyState();
    },
  };
}

interface State {
  problems: IndexedHere[];
  byId: Map<ProblemId, IndexedHere>;
  traces: Map<TraceId, { facts: TraceFacts; place: Place }>;
  reached: Map<string, Reached>;
}

interface IndexedHere {
  number: number;
  id: ProblemId;
  title: string;
  place: Place;
  traces: TraceFacts[];
  sorted: boolean;
}

const unjudged = { soundness: null, badProblem: false } as const;

function emptyState(): State {
  return { problems: [], byId: new Map(), traces: new Map(), reached: new Map() };
}

function add(state: State, batch: IndexBatch): TraceId[] | null {
  if ((state.reached.get(batch.file)?.bytes ?? 0) !== batch.from) return null;
  for (const { problem, place } of batch.problems) {
    if (state.byId.has(problem.id)) continue;
    const number = state.problems.length;
    const entry = { number, id: problem.id, title: titleOf(problem.text), place, traces: [], sorted: true };
    state.problems.push(entry);
    state.byId.set(problem.id, entry);
  }
  const twice = batch.traces.filter((trace) => !addTrace(state, trace)).map(({ facts }) => facts.id);
  for (const id of twice) note(batch.reached, `${batch.file} holds ${id} a second time; the first one is kept.`);
  state.reached.set(batch.file, batch.reached);
  return twice;
}

function addTrace(state: State, { facts, place }: IndexedTrace): boolean {
  const problem = state.byId.get(facts.problem);
  if (!problem || state.traces.has(facts.id)) return false;
  const kept = { ...facts, ...unjudged };
  state.traces.set(facts.id, { facts: kept, place });
  problem.traces.push(kept);
  problem.sorted = false;
  return true;
}

/** Weak first, then by sample. */
function sorted(problem: IndexedHere): TraceFacts[] {
  if (!problem.sorted) problem.traces.sort((a, b) => arms.indexOf(a.arm) - arms.indexOf(b.arm) || a.sample - b.sample);
  problem.sorted = true;
  return problem.traces;
}

function scan(state: State, after: TraceId | null, limit: number): TraceFacts[] {
  const start = after === null ? undefined : state.traces.get(after)?.facts;
  if (after !== null && !start) return [];
  const found: TraceFacts[] = [];
  const first = start ? (state.byId.get(start.problem)?.number ?? 0) : 0;
  for (let number = first; number < state.problems.length && found.length < limit; number++) {
    const problem = state.problems[number];
    const traces = problem ? sorted(problem) : [];
    const from = start && number === first ? traces.indexOf(start) + 1 : 0;
    found.push(...traces.slice(from, from + limit - found.length).map(copy));
  }
  return found;
}

function cells(problem: IndexedHere, arm: Arm): SampleCell[] {
  const traces = sorted(problem).filter((facts) => facts.arm === arm);
  return traces
    .slice(0, maxCells)
    .map((facts) => ({ trace: facts.id, state: cellState(facts), soundness: facts.soundness }));
}

function armTotals(all: TraceFacts[], arm: Arm): ArmTotals {
  const totals = { traces: 0, correct: 0, flaggedCorrect: 0, promptTokens: 0, completionTokens: 0 };
  for (const facts of all) {
    if (facts.arm !== arm) continue;
    totals.traces += 1;
    totals.correct += Number(facts.verdict === 'correct');
    totals.flaggedCorrect += Number(facts.verdict === 'correct' && facts.flags.length > 0);
    totals.promptTokens += facts.promptTokens;
    totals.completionTokens += facts.completionTokens;
  }
  return totals;
}

/** Smaller comes first. */
function rankOf(sort: TraceQuery['sort']): (traces: TraceFacts[]) => number {
  const correct = (traces: TraceFacts[]) => traces.filter(({ verdict }) => verdict === 'correct');
  if (sort === 'coverage') return (traces) => correct(traces).length / Math.max(1, traces.length);
  if (sort === 'flagged') return (traces) => -correct(traces).filter(({ flags }) => flags.length > 0).length;
  return () => 0;
}

function copy(facts: TraceFacts): TraceFacts {
  return { ...facts };
}
