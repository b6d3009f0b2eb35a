import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Decision } from '../../src/core/annotation/annotation.ts';
import { UserError } from '../../src/core/userError.ts';
import type { AnswerClass, Comparison, ProblemRow, TraceDetail } from '../../src/protocol/engine.ts';
import type { ViewerHost, ViewerState } from '../../src/protocol/views.ts';
import { type Actions, createActions, type Kept } from '../../webview/viewer/actions/actions.ts';
import { perform } from '../../webview/viewer/actions/perform.ts';
import { createStore, type Store } from '../../webview/viewer/actions/store.ts';

/** A run of `problems` problems `p/0` … with two traces each, filtered by `soundness:none` alone. */
class FakeRun {
  problems = 3;
  decisions = new Map<string, Decision>();
  writes: [string, Decision][] = [];
  /** Answers wait for it. */
  gate: Promise<void> = Promise.resolve();
  failure: Error | null = null;
  places: unknown[] = [];
  knowsIndex = true;

  passes(trace: string, filter: string): boolean {
    if (filter.includes('bogus')) throw new UserError('There is no filter bogus.');
    return !filter.includes('soundness:none') || !this.decisions.has(trace);
  }

  traces(problem: string, filter: string): string[] {
    return [`${problem}/w0`, `${problem}/s0`].filter((trace) => this.passes(trace, filter));
  }

  rows(filter: string): ProblemRow[] {
    const ids = Array.from({ length: this.problems }, (_, index) => `p/${index}`);
    return ids
      .filter((id) => this.traces(id, filter).length > 0)
      .map((id) => {
        const cell = (trace: string) => ({ trace, state: 'correct' as const, soundness: null });
        return { id, title: id, samples: { weak: [cell(`${id}/w0`)], strong: [cell(`${id}/s0`)] } };
      });
  }

  detail(trace: string): TraceDetail {
    const problem = trace.slice(0, trace.lastIndexOf('/'));
    const decision = this.decisions.get(trace) ?? null;
    return {
      trace: { id: trace, problem, arm: trace.endsWith('w0') ? 'weak' : 'strong', sample: 0, text: 'a\nb' },
      problem: { id: problem },
      steps: [
        { index: 0, start: 0, end: 2 },
        { index: 1, start: 2, end: 3 },
      ],
      flags: [],
      reference: null,
      decision,
    } as unknown as TraceDetail;
  }

  host(): ViewerHost {
    const matrix = { correct: { sound: 0, unsound: 0, none: 0 }, incorrect: { sound: 0, unsound: 0, none: 0 } };
    return {
      ready: async () => ({ place: { filter: '' }, keys: [], summary: {}, report: null }) as unknown as ViewerState,
      problemRows: async ({ filter, find }, from, to) => {
        await this.gate;
        const rows = this.rows(filter);
        const page = { total: rows.length, traces: rows.length * 2, matrix, rows: rows.slice(from, to) };
        return find === undefined || !this.knowsIndex
          ? page
          : { ...page, found: rows.findIndex(({ id }) => id === find) };
      },
      answerClasses: async (problem, { filter }) => {
        const traces = this.traces(problem, filter).map((id) => ({
          id,
          arm: id.endsWith('w0') ? ('weak' as const) : ('strong' as const),
          sample: 0,
          completionTokens: 1,
          verdict: 'correct' as const,
          flags: [],
          reference: null,
          decision: this.decisions.get(id) ?? null,
        }));
        const path = { equations: [], flaggedEquations: [], counts: { weak: 1, strong: 1 }, traces };
        return traces.length === 0
          ? []
          : [{ answer: '1', gold: true, verdict: 'correct', paths: [path] } as unknown as AnswerClass];
      },
      traceDetail: async (trace) => {
        await this.gate;
        return this.detail(trace);
      },
      compare: async (left, right) =>
        ({
          left: this.detail(left),
          right: this.detail(right),
          rows: [],
          firstDivergence: -1,
          summary: '',
        }) as Comparison,
      queue: async ({ filter }) => this.rows(filter).flatMap(({ id }) => this.traces(id, filter)),
      annotate: async (trace, decision) => {
        await this.gate;
        if (this.failure) throw this.failure;
        this.writes.push([trace, decision]);
        this.decisions.set(trace, decision);
      },
      undo: async () => {
        const [trace] = this.writes.at(-1) ?? [];
        if (trace === undefined) return null;
        this.decisions.delete(trace);
        return trace;
      },
      redo: async () => null,
      openDiff: async () => {},
      openText: async () => {},
      openSource: async () => {},
      openDashboard: async () => {},
      exportRun: async () => {},
      setFocus: async () => {},
      setPlace: async (place) => void this.places.push(place),
    };
  }
}

interface Opened {
  run: FakeRun;
  store: Store;
  actions: Actions;
  kept: Kept[];
}

async function open(change: (run: FakeRun) => void = () => {}, kept?: Partial<Kept>): Promise<Opened> {
  const run = new FakeRun();
  change(run);
  const store = createStore(() => {});
  const all: Kept[] = [];
  const page = { focus() {}, keep: (one: Kept) => void all.push(one), now: () => new Date(0), ownsEnter: () => false };
  const actions = createActions(store, run.host(), page, (them, action, argument) =>
    perform(store.state, them, action, argument, page),
  );
  await actions.start(kept);
  return { run, store, actions, kept: all };
}

/** Lets everything that is due happen, short timers included. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

test('the first problem and its first trace are open from the start', async () => {
  const { store, run } = await open();
  assert.equal(store.state.list.total, 3);
  assert.equal(store.state.list.current, 0);
  assert.equal(store.state.detail?.trace.id, 'p/0/w0');
  assert.deepEqual(run.places.at(-1), { filter: '', problem: 'p/0', trace: 'p/0/w0' });
});

test('a reload of the window finds the filter and the trace again', async () => {
  const { store, kept } = await open(undefined, { filter: 'soundness:none', trace: 'p/2/s0' });
  assert.deepEqual(store.state.bar.chips, ['soundness:none']);
  assert.equal(store.state.detail?.trace.id, 'p/2/s0');
  assert.equal(store.state.list.current, 2);
  assert.equal(kept.at(-1)?.trace, 'p/2/s0');
});

test('a problem is found in the list where the engine can’t tell its index', async () => {
  const { store, actions } = await open((run) => {
    run.problems = 200;
    run.knowsIndex = false;
  });
  await actions.show({ filter: '', trace: 'p/150/w0' });
  assert.equal(store.state.list.current, 150);
});

test('a decision counts as saved once it is on disk, not before', async () => {
  const { run, store, actions } = await open();
  const disk = Promise.withResolvers<void>();
  run.gate = disk.promise;
  actions.act('unsound');
  await settled();
  assert.deepEqual(store.state.unsaved.get('p/0/w0'), { decision: { soundness: 'unsound' }, failure: null });
  assert.equal(store.state.savedAt, null);
  disk.resolve();
  await settled();
  assert.equal(store.state.unsaved.size, 0);
  assert.deepEqual(store.state.savedAt, new Date(0));
  assert.deepEqual(store.state.detail?.decision, { soundness: 'unsound' });
  assert.equal(store.state.list.rows.get(0)?.samples.weak[0]?.soundness, 'unsound');
});

test('a decision that can’t be written is kept, said, and written on demand', async () => {
  const { run, store, actions } = await open();
  run.failure = new UserError('The disk is full.');
  actions.act('sound');
  await settled();
  assert.equal(store.state.unsaved.get('p/0/w0')?.failure, 'The disk is full.');
  assert.equal(store.state.savedAt, null);
  await actions.reader.moveTrace(1);
  assert.equal(store.state.unsaved.size, 1, 'moving on loses nothing');
  run.failure = null;
  actions.annotator.retry();
  await settled();
  assert.deepEqual(run.writes, [['p/0/w0', { soundness: 'sound' }]]);
  assert.equal(store.state.unsaved.size, 0);
});

test('of several decisions in a row each is on disk, the last one last', async () => {
  const { run, actions } = await open();
  const disk = Promise.withResolvers<void>();
  run.gate = disk.promise;
  actions.act('sound');
  actions.act('unsound');
  actions.act('firstWrongStep', 2);
  disk.resolve();
  await settled();
  assert.deepEqual(
    run.writes.map(([, decision]) => decision),
    [{ soundness: 'sound' }, { soundness: 'unsound' }, { soundness: 'unsound', firstWrongStep: 1 }],
  );
});

test('a note is written when the trace is left, to the trace it was typed for', async () => {
  const { run, actions } = await open();
  actions.annotator.typeNote('look again');
  await actions.reader.moveTrace(1);
  await settled();
  assert.deepEqual(run.writes, [['p/0/w0', { note: 'look again' }]]);
});

test('a note goes with the verdict that follows it', async () => {
  const { run, actions } = await open();
  actions.annotator.typeNote('look again');
  actions.act('unsure');
  await settled();
  assert.deepEqual(run.writes.at(-1), ['p/0/w0', { note: 'look again', soundness: 'unsure' }]);
});

test('a step beyond the trace’s last is no first wrong step', async () => {
  const { run, actions } = await open();
  actions.act('firstWrongStep', 3);
  await settled();
  assert.deepEqual(run.writes, []);
});

test('the effect key goes round', async () => {
  const { run, actions } = await open();
  for (let i = 0; i < 3; i++) {
    actions.act('effect');
    await settled();
  }
  assert.deepEqual(
    run.writes.map(([, decision]) => decision.effect),
    ['repaired', 'survives', undefined],
  );
});

test('undo goes to the trace whose decision it took back', async () => {
  const { store, actions } = await open();
  actions.act('sound');
  await settled();
  await actions.reader.moveProblem(1);
  actions.act('undo');
  await settled();
  assert.equal(store.state.detail?.trace.id, 'p/0/w0');
  assert.equal(store.state.detail?.decision, null);
  assert.equal(store.state.list.current, 0);
});

test('nothing to undo is said', async () => {
  const { store, actions } = await open();
  actions.act('undo');
  await settled();
  assert.match(store.state.message ?? '', /nothing to undo/);
});

test('a trace that no longer passes the filter stays until one moves on', async () => {
  const { run, store, actions } = await open(undefined, { filter: 'soundness:none' });
  actions.act('sound');
  await settled();
  await actions.reader.refresh();
  assert.equal(store.state.detail?.trace.id, 'p/0/w0');
  assert.deepEqual(
    store.state.classes?.[0]?.paths[0]?.traces.map(({ id }) => id),
    ['p/0/w0', 'p/0/s0'],
  );
  run.decisions.set('p/0/s0', {});
  await actions.reader.refresh();
  assert.equal(store.state.list.stale, true, 'its problem stays in the list too');
  assert.equal(store.state.list.rows.get(0)?.id, 'p/0');
  await actions.reader.moveProblem(1);
  assert.equal(store.state.detail?.trace.id, 'p/1/w0');
  assert.equal(store.state.list.total, 2);
  assert.equal(store.state.list.current, 0);
});

test('an answer that was overtaken is dropped', async () => {
  const { run, store, actions } = await open();
  const slow = Promise.withResolvers<void>();
  run.gate = slow.promise;
  const first = actions.reader.moveTrace(1);
  run.gate = Promise.resolve();
  await actions.reader.openTrace('p/0/w0');
  slow.resolve();
  await first;
  assert.equal(store.state.detail?.trace.id, 'p/0/w0');
});

test('a filter that can’t be read leaves the list and says why', async () => {
  const { store, actions } = await open();
  actions.setFilter('bogus');
  await settled();
  assert.equal(store.state.filterError, 'There is no filter bogus.');
  assert.equal(store.state.list.total, 3);
  actions.setFilter('');
  await settled();
  assert.equal(store.state.filterError, null);
});

test('Enter asks at once for what was typed, without waiting for the pause in typing', async () => {
  const { store, actions } = await open((run) => run.decisions.set('p/0/w0', {}).set('p/0/s0', {}));
  const bar = { chips: [], draft: 'soundness:none' };
  actions.setBar(bar, 'soon');
  await settled();
  assert.equal(store.state.list.total, 3, 'typing goes on');
  actions.setBar(bar, 'now');
  await settled();
  assert.equal(store.state.list.total, 2);
});

test('the queue goes on through the problems and says where it ends', async () => {
  const { store, actions } = await open();
  for (let i = 0; i < 5; i++) await actions.reader.moveInQueue(1);
  assert.equal(store.state.detail?.trace.id, 'p/2/s0');
  assert.equal(store.state.list.current, 2);
  await actions.reader.moveInQueue(1);
  assert.match(store.state.message ?? '', /end of the queue/);
});

test('side by side, the number keys choose the side that is judged, and Escape goes back', async () => {
  const { run, store, actions } = await open();
  actions.act('compare');
  await settled();
  assert.deepEqual(
    [store.state.comparison?.shown?.left.trace.id, store.state.comparison?.shown?.right.trace.id],
    ['p/0/w0', 'p/0/s0'],
  );
  actions.act('firstWrongStep', 2);
  actions.act('sound');
  await settled();
  assert.deepEqual(run.writes, [['p/0/s0', { soundness: 'sound' }]]);
  assert.deepEqual(store.state.comparison?.shown?.right.decision, { soundness: 'sound' });
  actions.act('nextTrace');
  actions.act('back');
  await settled();
  assert.equal(store.state.comparison, null);
  assert.equal(store.state.detail?.trace.id, 'p/0/w0');
});

test('a run that was empty shows its first trace as soon as there is one', async () => {
  const { run, store, actions } = await open((empty) => {
    empty.problems = 0;
  });
  assert.equal(store.state.list.total, 0);
  run.problems = 1;
  actions.changed({ ...(store.state.viewer as ViewerState) });
  while (store.state.detail === null) await settled();
  assert.equal(store.state.detail?.trace.id, 'p/0/w0');
});
