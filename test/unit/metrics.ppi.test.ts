import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { betaChance, betaQuantile, logGamma } from '../../src/core/metrics/beta.ts';
import { addTo, clusteredShare, noSums } from '../../src/core/metrics/interval.ts';
import { poweredRate } from '../../src/core/metrics/ppi.ts';
import type { LabelledTrace, Rate, StudiedProblem } from '../../src/core/metrics/rate.ts';
import { joinedDifference, labelledRate, rateDifference } from '../../src/core/metrics/rate.ts';
import type { Estimate } from '../../src/core/metrics/report.ts';
import { calibrate, roganGladenRate } from '../../src/core/metrics/roganGladen.ts';
import { normalFrom, seededUniform } from '../../src/core/metrics/seeded.ts';
import type { Design, PopulationProblem } from '../fakes/simulatedStudies.ts';
import { drawStudies, goodJudge, publishedJudge, trueShare, verdictOf } from '../fakes/simulatedStudies.ts';

const near = (actual: number | null | undefined, expected: number, slack = 1e-9) =>
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) <= slack, `${actual} is not within ${slack} of ${expected}`);

test('the beta distribution has its tabled values', () => {
  const table: [share: number, a: number, b: number, quantile: number][] = [
    [0.025, 0.5, 3.2, 0.00016585193],
    [0.975, 20, 80, 0.28336762922],
    [0.975, 5000, 20000, 0.2049809118],
    [0.5, 3, 3, 0.5],
    [0.25, 1, 1, 0.25],
  ];
  for (const [share, a, b, quantile] of table) near(betaQuantile(share, a, b), quantile, 1e-10);
  near(betaChance(0.3, 2, 5), 0.579825, 1e-12);
  near(logGamma(0.5), Math.log(Math.PI) / 2, 1e-12);
  near(logGamma(11), Math.log(3628800), 1e-11);
  assert.deepEqual([betaChance(0, 2, 5), betaChance(1, 2, 5)], [0, 1]);
});

/** One problem with these traces: `u` unsound or `s` sound, then the signal, and whether it is labelled. */
function problemOf(id: number | string, traces: readonly (LabelledTrace & { labelled: boolean })[]): StudiedProblem {
  const judged = noSums();
  for (const { signal } of traces) if (signal !== null) addTo(judged, signal);
  const labelled = traces.filter((trace) => trace.labelled).map(({ unsound, signal }) => ({ unsound, signal }));
  return { problem: String(id), correct: traces.length, labelled, judged };
}

const traceArbitrary = fc.record({ unsound: fc.boolean(), signal: fc.constantFrom(0, 1), labelled: fc.boolean() });
const studyArbitrary = fc
  .array(fc.array(traceArbitrary, { maxLength: 4 }), { minLength: 1, maxLength: 12 })
  .map((problems) => problems.map((traces, id) => problemOf(id, traces)));

test('with verdicts the powered rate is the share post-stratified by verdict', () => {
  let checked = 0;
  fc.assert(
    fc.property(studyArbitrary, (problems) => {
      const { estimate, lambda } = poweredRate(problems);
      if (lambda === 0) return;
      checked++;
      const labels = problems.flatMap(({ labelled }) => labelled);
      const shareAt = (verdict: number) => {
        const of = labels.filter(({ signal }) => signal === verdict);
        return of.filter(({ unsound }) => unsound).length / of.length;
      };
      const judged = problems.reduce((sum, problem) => sum + problem.judged.n, 0);
      const called = problems.reduce((sum, problem) => sum + problem.judged.sum, 0) / judged;
      near(estimate.value, called * shareAt(1) + (1 - called) * shareAt(0));
    }),
  );
  assert.ok(checked > 5);
});

test('every powered interval holds its value within 0 and 1, and labels count once', () => {
  fc.assert(
    fc.property(studyArbitrary, (problems) => {
      const { estimate, influence } = poweredRate(problems);
      const { value, low, high, n } = estimate;
      assert.equal(
        n,
        problems.reduce((sum, { labelled }) => sum + labelled.length, 0),
      );
      if (low === undefined || high === undefined) return;
      assert.ok(value !== null && low >= 0 && low <= value && value <= high && high <= 1);
      near(
        [...influence.values()].reduce((sum, pulled) => sum + pulled, 0),
        0,
      );
    }),
  );
});

test('a helper that tells nothing, or the opposite, leaves the labels alone', () => {
  const traces = (signals: readonly number[]) =>
    signals.map((signal, i) => problemOf(i, [{ unsound: i % 3 === 0, signal, labelled: true }]));
  const constant = traces(Array.from({ length: 12 }, () => 1));
  const opposite = traces(Array.from({ length: 12 }, (_, i) => Number(i % 3 !== 0)));
  for (const problems of [constant, opposite]) {
    const { lambda, estimate } = poweredRate(problems);
    assert.equal(lambda, 0);
    assert.deepEqual(estimate, labelledRate(problems).estimate);
  }
  assert.equal(poweredRate(constant).correlation, null);
  near(poweredRate(opposite).correlation, -1);
});

test('a judge that was never caught in a mistake still leaves an interval with a width', () => {
  const problems = Array.from({ length: 5000 }, (_, i) =>
    problemOf(i, [{ unsound: i % 5 === 0, signal: Number(i % 5 === 0), labelled: i < 25 }]),
  );
  const { estimate } = poweredRate(problems);
  near(estimate.value, 0.2);
  assert.ok((estimate.low ?? 1) < 0.16 && (estimate.high ?? 0) > 0.25, JSON.stringify(estimate));
});

test('a problem’s influence is what the rate would change by if the problem stood there twice', () => {
  const random = seededUniform(4);
  const verdict = verdictOf(publishedJudge, random);
  const problems = Array.from({ length: 400 }, (_, id) =>
    problemOf(
      id,
      Array.from({ length: 1 + (id % 3) }, (_, i) => {
        const unsound = random() < 0.3;
        return { unsound, signal: verdict(unsound), labelled: (id + i) % 2 === 0 };
      }),
    ),
  );
  const rates: ((study: readonly StudiedProblem[]) => Rate)[] = [
    labelledRate,
    poweredRate,
    (study) => roganGladenRate({ arm: 'weak', problems: study }, calibrate({ arm: 'weak', problems: study })),
  ];
  for (const rate of rates) {
    const { estimate, influence } = rate(problems);
    for (const twice of problems.slice(0, 60)) {
      const more = rate([...problems, { ...twice, problem: 'again' }]).estimate;
      near((more.value ?? 0) - (estimate.value ?? 0), influence.get(twice.problem) ?? 0, 2e-4);
    }
    assert.ok([...influence.values()].some((pulled) => Math.abs(pulled) > 1e-3));
  }
});

test('labels alone give the clustered share', () => {
  const clusters = [
    { hits: 1, n: 2 },
    { hits: 0, n: 3 },
    { hits: 2, n: 2 },
  ];
  const problems = clusters.map(({ hits, n }, id) =>
    problemOf(
      id,
      Array.from({ length: n }, (_, i) => ({ unsound: i < hits, signal: null, labelled: true })),
    ),
  );
  assert.deepEqual(labelledRate([...problems, problemOf('none', [])]).estimate, clusteredShare(clusters));
});

test('the difference of independent proportions has Newcombe’s published limits', () => {
  // Newcombe 1998, Statistics in Medicine 17:873, table II, method 10, with Wilson's limits of 56/70 and 48/80.
  const first = { value: 56 / 70, n: 70, low: 0.6918, high: 0.877 };
  const second = { value: 48 / 80, n: 80, low: 0.4904, high: 0.7003 };
  const { value, low, high, n } = joinedDifference(first, second, 0);
  near(value, 0.2, 1e-12);
  near(low, 0.0524, 3e-4);
  near(high, 0.3339, 3e-4);
  assert.equal(n, 150);
});

test('what both arms share problem by problem cancels out of their difference', () => {
  const arm = (flip: number) =>
    Array.from({ length: 40 }, (_, i) =>
      problemOf(i, [{ unsound: (i % 4 === 0) !== (i === flip), signal: null, labelled: true }]),
    );
  const renamed = arm(5).map((problem) => ({ ...problem, problem: `other ${problem.problem}` }));
  const same = rateDifference(labelledRate(arm(1)), labelledRate(arm(5)));
  const apart = rateDifference(labelledRate(arm(1)), labelledRate(renamed));
  const width = ({ low, high }: Estimate) => (high ?? Number.NaN) - (low ?? Number.NaN);
  assert.ok(width(same) < 0.5 * width(apart), `${width(same)} ${width(apart)}`);
  assert.equal(same.value, apart.value);
});

/** Problems of a bimodal kind: three in ten are sound or unsound as a whole. */
function population(seed: number, rates: readonly [number, number], most: number): PopulationProblem[] {
  const random = seededUniform(seed);
  const arm = (rate: number) => {
    const own = random() < 0.3 ? Number(random() < rate) : rate;
    return Array.from({ length: 1 + Math.floor(random() * most) }, () => random() < own);
  };
  return Array.from({ length: 500 }, () => [arm(rates[0]), arm(rates[1])]);
}

/** Over simulated runs: how often each interval held the truth, and its mean length. */
function study(runs: number, people: readonly PopulationProblem[], design: (random: () => number) => Design) {
  const random = seededUniform(20231102);
  const truths = [trueShare(people, 0), trueShare(people, 1)] as const;
  const counts = { labels: meter(), powered: meter(), labelsDifference: meter(), poweredDifference: meter() };
  for (let i = 0; i < runs; i++) {
    const [weak, strong] = drawStudies(people, design(random), random);
    const [labels, powered] = [labelledRate, poweredRate].map((rate) => [rate(weak), rate(strong)] as const);
    if (!labels || !powered) continue;
    counts.labels.add(labels[0].estimate, truths[0]);
    counts.powered.add(powered[0].estimate, truths[0]);
    counts.labelsDifference.add(rateDifference(...labels), truths[0] - truths[1]);
    counts.poweredDifference.add(rateDifference(...powered), truths[0] - truths[1]);
  }
  return counts;
}

function meter() {
  const state = { runs: 0, held: 0, length: 0 };
  return {
    add({ low = Number.NaN, high = Number.NaN }: Estimate, truth: number) {
      state.runs++;
      state.held += Number(low <= truth && truth <= high);
      state.length += high - low;
    },
    held: () => state.held / state.runs,
    length: () => state.length / state.runs,
  };
}

test('with a judge intervals hold the truth about as often as without, and are as short as theory allows', () => {
  const people = population(1, [0.25, 0.12], 1);
  const share = trueShare(people, 0);
  for (const judge of [publishedJudge, goodJudge]) {
    const design = (random: () => number): Design => {
      const signal = verdictOf(judge, random);
      return { labels: 80, problems: 800, signals: [signal, signal] };
    };
    const { labels, powered, labelsDifference, poweredDifference } = study(250, people, design);
    const called = share * judge.sensitivity + (1 - share) * (1 - judge.specificity);
    const informedness = judge.sensitivity + judge.specificity - 1;
    const explained = (informedness ** 2 * share * (1 - share)) / (called * (1 - called));
    // Of 800 judged traces 80 are labelled.
    const theory = Math.sqrt(1 - explained * (1 - 80 / 800));
    near(powered.length() / labels.length(), theory, 0.05 * theory);
    for (const each of [labels, powered, labelsDifference, poweredDifference])
      assert.ok(each.held() > 0.92 && each.held() < 0.99, `${each.held()} ${JSON.stringify(judge)}`);
    assert.ok(poweredDifference.length() < labelsDifference.length());
  }
});

test('traces that go together do not make it overconfident', () => {
  const people = population(2, [0.25, 0.2], 10);
  const design = (random: () => number): Design => {
    const signal = verdictOf(publishedJudge, random);
    return { labels: 120, problems: 60, signals: [signal, signal] };
  };
  const { powered, poweredDifference } = study(250, people, design);
  for (const each of [powered, poweredDifference]) assert.ok(each.held() > 0.9, String(each.held()));
});

test('a score serves as well as a verdict', () => {
  const people = population(3, [0.25, 0.15], 2);
  const design = (random: () => number): Design => {
    const normal = normalFrom(random);
    const signal = (unsound: boolean) => 1 / (1 + Math.exp(-((unsound ? 1.5 : -0.5) + normal())));
    return { labels: 60, problems: 250, signals: [signal, signal] };
  };
  const { labels, powered, poweredDifference } = study(250, people, design);
  assert.ok(powered.length() < 0.9 * labels.length());
  for (const each of [powered, poweredDifference])
    assert.ok(each.held() > 0.92 && each.held() < 0.98, String(each.held()));
});
