import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { UserError } from '../../src/core/userError.ts';
import { createKeys, isLocal, originOf } from '../../src/host/keys.ts';
import { parseSettings } from '../../src/host/parseSettings.ts';
import { planSpec, spread } from '../../src/host/planSpec.ts';

const small = { name: 'small', baseUrl: 'http://localhost:8000/v1', model: 'org/small', activeParamsB: 2 };
const large = { name: 'large', baseUrl: 'https://api.example.com/v1', model: 'large', activeParamsB: 20 };

test('without a choice the smallest model is weak and the largest is strong', () => {
  const { arms, problems } = parseSettings(
    { models: [large, { ...small, name: 'middle', activeParamsB: 8 }, small] },
    'me',
  );
  assert.deepEqual([arms.weak?.name, arms.strong?.name, problems], ['small', 'large', []]);
});

test('a choice by name wins, and the other arm is still guessed', () => {
  const { arms } = parseSettings({ models: [small, large], weakModel: 'large' }, 'me');
  assert.deepEqual([arms.weak?.name, arms.strong], ['large', null]);
});

test('where the user has too few models of their own, the pair in the box stands in, and can be chosen by name', () => {
  const table: [Record<string, unknown>, string | undefined, string | undefined][] = [
    [{}, 'embedded:weak', 'embedded:strong'],
    [{ models: [small] }, 'embedded:weak', 'embedded:strong'],
    [{ models: [large], strongModel: 'large' }, 'embedded:weak', 'large'],
    [{ models: [small, large], weakModel: 'embedded:weak' }, 'embedded:weak', 'large'],
    [
      { models: [small, large], weakModel: 'embedded:weak', strongModel: 'embedded:strong' },
      'embedded:weak',
      'embedded:strong',
    ],
    [{ weakModel: 'embedded:strong', strongModel: 'embedded:weak' }, 'embedded:strong', 'embedded:weak'],
  ];
  for (const [raw, weak, strong] of table) {
    const { arms, problems } = parseSettings(raw, 'me');
    assert.deepEqual([arms.weak?.name, arms.strong?.name, problems], [weak, strong, []], JSON.stringify(raw));
  }
});

test('each bad setting is one sentence with its place, and its default stands in', () => {
  const table: [Record<string, unknown>, RegExp][] = [
    [{ models: [{ name: 'a', model: 'm' }] }, /^traceLoupe\.models\[0\]\.baseUrl is missing\.$/],
    [{ models: [{ ...small, baseUrl: 'localhost:8000' }] }, /models\[0\]\.baseUrl: .*http:\/\/localhost:8000\/v1/],
    [{ models: [small, small] }, /two models have one name/],
    [{ models: [{ ...small, name: 'embedded:weak' }] }, /"embedded:" are those of the models in the box/],
    [{ weakModel: 'embedded:middle' }, /weakModel is "embedded:middle", which traceLoupe\.models does not list/],
    [{ models: [{ ...small, activeParamsB: 0 }] }, /activeParamsB: .*above 0/],
    [{ models: 'small' }, /^traceLoupe\.models: /],
    [{ models: [small], weakModel: 'gone' }, /weakModel is "gone", which traceLoupe\.models does not list/],
    [{ match: 'time' }, /^traceLoupe\.match: /],
    [{ strongSamples: [0] }, /strongSamples\[0\]: .*at least 1/],
    [{ strongSamples: [] }, /at least one number/],
    [{ maxUsd: -1 }, /^traceLoupe\.maxUsd: /],
  ];
  for (const [raw, sentence] of table) {
    const { problems, strongSamples, match } = parseSettings(raw, 'me');
    assert.equal(problems.length, 1, JSON.stringify(raw));
    assert.match(problems[0] ?? '', sentence);
    assert.ok(strongSamples.length > 0 && match === 'flops');
  }
});

test('any value at all gives settings, never an error', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('models', 'match', 'strongSamples', 'weakModel', 'fieldMappings'), fc.anything()),
      (raw) => {
        const settings = parseSettings(raw, 'me');
        assert.ok(Array.isArray(settings.models) && settings.strongSamples.every((count) => count >= 1));
      },
    ),
  );
});

test('a plan says the first thing that is missing, with its remedy', () => {
  const files = [{ path: '/w/a.jsonl' }];
  const table: [Record<string, unknown>, typeof files, string][] = [
    [{ models: [small, large], strongModel: 'small' }, files, 'chooseWeakModel'],
    [{ models: [small, large], weakModel: 'large' }, files, 'chooseStrongModel'],
    [{ models: [small, large] }, [], 'addProblemFiles'],
    [{ models: [small, large], match: 'time' }, files, 'openSettings'],
  ];
  for (const [raw, chosen, command] of table) {
    const plan = () => planSpec(parseSettings(raw, 'me'), chosen);
    assert.throws(plan, (error) => error instanceof UserError && error.remedy?.command === command, command);
  }
  const spec = planSpec(parseSettings({ models: [small, large], maxUsd: 2 }, 'me'), files);
  assert.deepEqual([spec.weak.name, spec.strong.name, spec.maxUsd, spec.weakSamples], ['small', 'large', 2, undefined]);
});

test('a cap on spending does not stand in the way of the pair in the box, which costs nothing', () => {
  const files = [{ path: '/w/a.jsonl' }];
  assert.equal(planSpec(parseSettings({ maxUsd: 2 }, 'me'), files).maxUsd, undefined);
  const mixed = parseSettings({ models: [large], strongModel: 'large', maxUsd: 2 }, 'me');
  assert.equal(planSpec(mixed, files).maxUsd, 2);
});

test('weak samples set by hand are spread over the grid, at least one each', () => {
  assert.deepEqual(spread(27, [1, 3, 9]), [3, 9, 27]);
  assert.deepEqual(spread(4, [1, 3, 9]), [1, 1, 4]);
});

test('a key is found at the origin that it was entered for, and nowhere else', async () => {
  const secrets = new Map<string, string>();
  const memory = new Map<string, unknown>();
  const keys = createKeys(
    {
      get: async (name) => secrets.get(name),
      store: async (name, value) => void secrets.set(name, value),
      delete: async (name) => void secrets.delete(name),
    },
    {
      get: <T>(name: string) => memory.get(name) as T | undefined,
      update: async (name, value) => void memory.set(name, value),
    },
  );
  await keys.set('https://api.example.com/v1', ' secret ');
  assert.equal(await keys.get('https://api.example.com/other/v2'), 'secret');
  for (const elsewhere of [
    'http://api.example.com/v1',
    'https://api.example.com:8443/v1',
    'https://api.example.com.evil.org/v1',
    'https://api.example.com@evil.org/v1',
  ]) {
    assert.equal(await keys.get(elsewhere), undefined, elsewhere);
  }
  assert.deepEqual(keys.origins(), ['https://api.example.com']);
  assert.ok(!JSON.stringify([...memory]).includes('secret'), 'the key is in the secret storage alone');
  await keys.set('http://10.0.0.1/v1', '');
  assert.deepEqual([await keys.get('http://10.0.0.1/v1'), await keys.isKnown('http://10.0.0.1/v1')], [undefined, true]);
  await keys.forget('https://api.example.com');
  assert.deepEqual([await keys.get('https://api.example.com/v1'), keys.origins()], [undefined, ['http://10.0.0.1']]);
});

test('only this very machine counts as local', () => {
  const local = ['http://localhost:8000', 'http://127.0.0.1/v1', 'http://[::1]:80/'];
  const remote = ['http://localhost.evil.org', 'http://127.0.0.1.evil.org', 'http://192.168.0.2'];
  assert.deepEqual([...local, ...remote].filter(isLocal), local);
  assert.throws(() => originOf('file:///etc/passwd'), UserError);
});
