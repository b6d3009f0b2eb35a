import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FprStudy } from '../../src/core/metrics/fprEstimate.ts';
import { fprDifference, fprEstimate } from '../../src/core/metrics/fprEstimate.ts';
import { addTo, noSums } from '../../src/core/metrics/interval.ts';
import type { StudiedProblem } from '../../src/core/metrics/rate.ts';
import { rateDifference } from '../../src/core/metrics/rate.ts';
import type { ArmStudy } from '../../src/core/metrics/roganGladen.ts';
import { calibrate, langReiczigel, roganGladenRate } from '../../src/core/metrics/roganGladen.ts';
import { seededUniform } from '../../src/core/metrics/seeded.ts';
import type { Arm } from '../../src/core/trace/trace.ts';
import type { Judge } from '../fakes/simulatedStudies.ts';
import { verdictOf } from '../fakes/simulatedStudies.ts';

const near = (actual: number | null | undefined, expected: number, slack = 1e-9) =>
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) <= slack, `${actual} is not within ${slack} of ${expected}`);

/** Problems of one trace each: so many labelled ones of each kind, so many others, and of each how many the judge calls unsound. */
function tableOf(
  unsound: readonly [n: number, called: number],
  sound: readonly [n: number, called: number],
  others: readonly [n: number, called: number],
): StudiedProblem[] {
  const rows = [
    ...one(unsound).map((signal) => ({ signal, unsound: true })),
    ...one(sound).map((signal) => ({ signal, unsound: false })),
    ...one(others).map((signal) => ({ signal, unsound: null })),
  ];
  return rows.map(({ signal, unsound: label }, i) => {
    const judged = noSums();
    addTo(judged, signal);
    const labelled = label === null ? [] : [{ unsound: label, signal }];
    return { problem: String(i), correct: 1, labelled, judged };
  });
}

function one([n, called]: readonly [number, number]): number[] {
  return Array.from({ length: n }, (_, i) => Number(i < called));
}

test('Lang and Reiczigel’s limits are those of the authors’ script', () => {
  // Dirofilariosis in Portugal: the regions of Reiczigel et al. 2010, table 2, with sensitivity .5 of 100, specificity .995 of 200.
  const table: [hits: number, n: number, low: number, high: number][] = [
    [2, 78, 0, 0.177704],
    [4, 130, 0, 0.147945],
    [8, 78, 0.078472, 0.383773],
    [12, 260, 0.025708, 0.151812],
    [27, 650, 0.02746, 0.114583],
  ];
  for (const [hits, n, low, high] of table) {
    const limits = langReiczigel({ share: hits / n, n }, { share: 0.5, n: 100 }, { share: 0.995, n: 200 });
    near(limits.low, low, 1e-6);
    near(limits.high, high, 1e-6);
  }
  assert.deepEqual(langReiczigel({ share: 0.5, n: 9 }, { share: 0.2, n: 9 }, { share: 0.3, n: 9 }), {
    low: 0,
    high: 1,
  });
});

test('the correction undoes what the judge gets wrong', () => {
  // 40 of 50 unsound caught, 72 of 80 sound passed, 60 of 200 called unsound: (.3 + .9 − 1) / (.8 + .9 − 1).
  const study = { arm: 'weak', problems: tableOf([50, 40], [80, 8], [70, 12]) } as const;
  const calibration = calibrate(study);
  near(calibration.sensitivity.value, 0.8);
  near(calibration.specificity.value, 0.9);
  near(calibration.informedness.value, 0.7);
  const { estimate } = roganGladenRate(study, calibration);
  near(estimate.value, 2 / 7);
  assert.equal(estimate.n, 130);
  // One trace a problem: the counts are worth what they are, but for the clusters' m / (m − 1).
  near(estimate.low, 0.160245, 0.002);
  near(estimate.high, 0.412483, 0.002);
});

test('a calibration serves its own arm alone: the compiler refuses it for the other, and so does the function', () => {
  const weak: ArmStudy<'weak'> = { arm: 'weak', problems: tableOf([20, 16], [20, 2], [0, 0]) };
  const strong: ArmStudy<'strong'> = { ...weak, arm: 'strong' };
  const unknown: ArmStudy<Arm> = strong;
  const calibration = calibrate(weak);
  const refusal = /calibration of the weak arm was handed to the strong arm/;
  // @ts-expect-error: the other arm's.
  assert.throws(() => roganGladenRate(strong, calibration), refusal);
  // @ts-expect-error: perhaps the other arm's.
  assert.throws(() => roganGladenRate(unknown, calibration), refusal);
  // @ts-expect-error: made by hand, so that it could say any arm.
  assert.throws(() => roganGladenRate(strong, { ...calibration, arm: 'strong' }));
});

/** Simulated arms: labels are picked, half of them unsound; the judge reads everything. */
function pickedStudy<A extends Arm>(arm: A, rate: number, judge: Judge, random: () => number): ArmStudy<A> {
  const verdict = verdictOf(judge, random);
  const labels = { true: 40, false: 40 };
  const problems = Array.from({ length: 1000 }, (_, i) => {
    const unsound = random() < rate;
    const judged = noSums();
    const signal = verdict(unsound);
    addTo(judged, signal);
    const labelled = labels[`${unsound}`]-- > 0 ? [{ unsound, signal }] : [];
    return { problem: String(i), correct: 1, labelled, judged };
  });
  return { arm, problems };
}

test('calibrated per arm the difference holds; with one calibration for both arms it does not, and turns its sign', () => {
  const random = seededUniform(260506939);
  // The judge misses more of the strong arm's errors, which are as frequent as the weak arm's and a little more.
  const judges = { weak: { sensitivity: 0.9, specificity: 0.95 }, strong: { sensitivity: 0.6, specificity: 0.97 } };
  const truth = 0.2 - 0.25;
  const runs = 150;
  const held = { own: 0, shared: 0 };
  let sharedSign = 0;
  for (let run = 0; run < runs; run++) {
    const weak = pickedStudy('weak', 0.2, judges.weak, random);
    const strong = pickedStudy('strong', 0.25, judges.strong, random);
    const ofWeak = roganGladenRate(weak, calibrate(weak));
    const own = rateDifference(ofWeak, roganGladenRate(strong, calibrate(strong)));
    // The types allow it only by calling the strong arm weak.
    const shared = rateDifference(ofWeak, roganGladenRate({ ...strong, arm: 'weak' }, calibrate(weak)));
    for (const [name, { low = 1, high = -1 }] of [['own', own] as const, ['shared', shared] as const])
      held[name] += Number(low <= truth && truth <= high) / runs;
    sharedSign += Number((shared.value ?? 0) > 0) / runs;
  }
  assert.ok(held.own > 0.9, `own calibrations: ${held.own}`);
  assert.ok(held.shared < 0.7, `one calibration for both: ${held.shared}`);
  assert.ok(sharedSign > 0.6, `the wrong sign: ${sharedSign}`);
});

const fprStudy = <A extends Arm>(
  arm: A,
  problems: readonly StudiedProblem[],
  rest: Partial<FprStudy<A>> = {},
): FprStudy<A> => ({ arm, problems, sample: 'random', helper: 'verdict', ...rest });

test('the estimator is chosen by what is known', () => {
  const problems = tableOf([20, 15], [80, 12], [300, 80]);
  const powered = fprEstimate(fprStudy('weak', problems));
  const labels = fprEstimate(fprStudy('weak', problems, { helper: null }));
  const corrected = fprEstimate(fprStudy('weak', problems, { sample: 'picked' }));
  assert.ok(powered.kind === 'reported' && labels.kind === 'reported' && corrected.kind === 'reported');
  assert.deepEqual([powered.method, labels.method, corrected.method], ['powered', 'labels', 'corrected']);
  assert.deepEqual(powered.notes, []);
  assert.match(corrected.notes.join(' '), /picked/);
  const width = ({ low = 0, high = 1 }) => high - low;
  assert.ok(width(powered.estimate) < width(labels.estimate));
});

test('a helper that skipped traces, or tells nothing, is left out, and it is said', () => {
  const problems = tableOf([5, 4], [20, 3], [50, 12]);
  const skipped = problems.map((problem, i) => (i < 60 ? problem : { ...problem, judged: noSums() }));
  const partly = fprEstimate(fprStudy('strong', skipped));
  assert.ok(partly.kind === 'reported' && partly.method === 'labels');
  assert.match(partly.notes[0] ?? '', /judge has not read 15 of the strong arm’s/);
  const coin = fprEstimate(fprStudy('weak', tableOf([10, 5], [40, 20], [50, 25]), { helper: 'score' }));
  assert.ok(coin.kind === 'reported' && coin.method === 'labels');
  assert.match(coin.notes[0] ?? '', /score tells nothing/);
});

test('what can’t be estimated is refused, with the reason', () => {
  const coin = tableOf([60, 33], [60, 27], [300, 150]);
  const fewUnsound = tableOf([4, 4], [60, 3], [300, 30]);
  const wide = tableOf([5, 3], [8, 1], [300, 100]);
  const table: [FprStudy<'weak'>, RegExp][] = [
    [fprStudy('weak', tableOf([2, 2], [7, 0], [50, 10])), /9 labelled correct traces of 9 problems.*at least 10 of 5/],
    [fprStudy('weak', []), /has 0 labelled correct traces/],
    [
      fprStudy('weak', coin, { sample: 'picked' }),
      /sensitivity \+ specificity − 1 is 0\.10 and may be as low as −?-?0/,
    ],
    // The point estimate is fine (.6 + .875 − 1), its bound is not.
    [fprStudy('weak', wide, { sample: 'picked' }), /is 0\.4\d and may be as low as/],
    [fprStudy('weak', fewUnsound, { sample: 'picked' }), /4 unsound and 60 sound labels/],
    [fprStudy('weak', coin, { sample: 'picked', helper: 'score' }), /picked, not drawn at random/],
    [fprStudy('weak', coin, { sample: 'picked', helper: null }), /picked, not drawn at random/],
  ];
  for (const [study, reason] of table) {
    const found = fprEstimate(study);
    assert.equal(found.kind, 'refused');
    assert.match(found.kind === 'refused' ? found.reason : '', reason);
  }
});

test('one problem’s traces are no substitute for problems', () => {
  const [first] = tableOf([1, 1], [0, 0], [0, 0]);
  assert.ok(first);
  const many = { ...first, correct: 20, labelled: Array.from({ length: 20 }, () => ({ unsound: true, signal: null })) };
  const found = fprEstimate(fprStudy('weak', [many], { helper: null }));
  assert.match(found.kind === 'refused' ? found.reason : '', /20 labelled correct traces of 1 problem;/);
});

test('a difference is that of the two rates, and is refused where either is', () => {
  const enough = tableOf([20, 15], [80, 12], [300, 80]);
  const weak = fprStudy('weak', enough);
  const difference = fprDifference(weak, fprStudy('strong', enough, { helper: null }));
  assert.ok(difference.kind === 'reported');
  assert.deepEqual(difference.methods, { weak: 'powered', strong: 'labels' });
  assert.equal(difference.estimate.n, 200);
  const refused = fprDifference(weak, fprStudy('strong', tableOf([1, 1], [1, 0], [9, 1])));
  assert.match(refused.kind === 'refused' ? refused.reason : '', /^The strong arm has 2 labelled/);
});
