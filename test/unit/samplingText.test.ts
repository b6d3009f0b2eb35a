import assert from 'node:assert/strict';
import { test } from 'node:test';
import { duration, endMessage, progressText, runName, runningOf, statusText } from '../../src/host/samplingText.ts';
import type { RunProgress } from '../../src/protocol/engine.ts';

const spend = { samples: 0, promptTokens: 0, completionTokens: 0, flops: null, usd: null };

function progress(change: Partial<RunProgress>): RunProgress {
  return {
    run: 'r',
    name: 'gsm-hard',
    state: 'running',
    drawn: { weak: 2000, strong: 466 },
    planned: { weak: 12_000, strong: 4000 },
    failed: { weak: 0, strong: 0 },
    spend: { weak: spend, strong: spend },
    match: { match: 'flops', ratio: 1, matched: true },
    remainingMs: 320_000,
    ...change,
  };
}

test('the status bar says how many samples are drawn and how well the arms match', () => {
  assert.equal(statusText(progress({})), '$(sync~spin) 2,466/16,000 · 1.00×');
  const unknown = progress({ match: { match: 'price', ratio: null, matched: false } });
  assert.equal(statusText(unknown), '$(sync~spin) 2,466/16,000');
});

test('the notification adds the time that is left and the latest failure', () => {
  const { message, percent } = progressText(progress({ problem: 'The server is busy.' }));
  assert.equal(message, '2,466 of 16,000 samples · 1.00× · 5 min 20 s left · The server is busy.');
  assert.equal(Math.round(percent), 15);
  assert.match(progressText(progress({ state: 'stopping' })).message, /stopping/);
});

test('the end is one message: complete, short of some samples with the cause, or stopped', () => {
  const all = { weak: 12_000, strong: 4000 };
  assert.deepEqual(endMessage(progress({ state: 'complete', drawn: all, problem: 'old' })), {
    run: 'r',
    complete: true,
    message: 'gsm-hard is complete: 16,000 samples drawn.',
  });
  const short = endMessage(
    progress({ state: 'complete', drawn: { ...all, strong: 3998 }, problem: 'The key is wrong.' }),
  );
  assert.equal(short.complete, false);
  assert.equal(
    short.message,
    'gsm-hard ended with 15,998 of 16,000 samples; 2 failed. The last failure: The key is wrong.',
  );
  assert.match(
    endMessage(progress({ state: 'stopped' })).message,
    /stopped at 2,466 of 16,000 samples; what arrived is kept/,
  );
});

test('a run that ended is not running', () => {
  assert.equal(runningOf([progress({ state: 'complete' }), progress({ state: 'stopped' })]), null);
  assert.equal(runningOf([progress({ state: 'complete' }), progress({ run: 'b' })])?.run, 'b');
});

test('a run is called after its files, and many files do not make a long name', () => {
  assert.equal(runName(['/w/gsm-hard.jsonl', '/w/fractions.csv']), 'gsm-hard, fractions');
  const many = runName(Array.from({ length: 30 }, (_, index) => `/w/problems-${index}.jsonl`));
  assert.ok(many.length <= 60 && /and 29 more/.test(many), many);
});

test('durations are written for people', () => {
  assert.deepEqual([400, 61_000, 3_600_000 * 2 + 60_000].map(duration), ['1 s', '1 min 1 s', '2 h 1 min']);
});
