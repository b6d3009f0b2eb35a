import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProblemPage, ProblemRow } from '../../src/protocol/engine.ts';
import type { ViewerHost } from '../../src/protocol/views.ts';
import { createProblems } from '../../webview/viewer/actions/problems.ts';
import { createStore } from '../../webview/viewer/actions/store.ts';

/* The list of problems while the run grows under it: what is on screen is always on its way. */

const noCounts = {
  correct: { sound: 0, unsound: 0, none: 0 },
  incorrect: { sound: 0, unsound: 0, none: 0 },
};

/** A host whose pages come when they are told to. */
function setUp(total: number) {
  const waiting: (() => void)[] = [];
  const problemRows = (_query: unknown, from: number, to: number) =>
    new Promise<ProblemPage>((resolve) => {
      const rows = Array.from(
        { length: Math.min(to, total) - from },
        (_, at) => ({ id: `p/${from + at}` }) as ProblemRow,
      );
      waiting.push(() => resolve({ total, traces: total, matrix: noCounts, rows } as unknown as ProblemPage));
    });
  const store = createStore(() => {});
  const problems = createProblems(store, { problemRows } as unknown as ViewerHost);
  const answer = async () => {
    for (let send = waiting.shift(); send; send = waiting.shift()) {
      send();
      await new Promise(setImmediate);
    }
  };
  return { store, problems, answer, known: (index: number) => store.state.list.rows.has(index) };
}

test('a jump is answered although the run grew while its rows were on their way', async () => {
  const { store, problems, answer, known } = setUp(10_000);
  const first = problems.reload();
  await answer();
  await first;
  store.update({ problem: 'p/0', list: { ...store.state.list, current: 0 } });
  problems.see(6_000, 6_020);
  const second = problems.reload({ hold: true });
  await answer();
  await second;
  await answer();
  assert.deepEqual([known(6_000), known(6_019)], [true, true]);
  assert.equal(store.state.list.current, 0, 'the open problem stays chosen');
});
