import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { eventually, openWorkbench, pictureOnFailure, type Workbench } from './workbench.ts';

/*
 * Traces are written by models, and by whoever hands over a file of them. Whatever they hold is text: nothing of it runs, nothing
 * is requested, and what would deceive a reader's eye is made visible.
 */

const rightToLeft = '\u202e';
const attacks: Record<string, string> = {
  image: 'First <img src=x onerror="alert(1)"> then 1 + 1 = 2. The answer is 2.',
  script: 'A </script><script>alert(2)</script> tag. The answer is 2.',
  link: 'See [this](javascript:alert(3)) and $\\href{javascript:alert(4)}{x}$. The answer is 2.',
  longFormula: `We have $${'x+'.repeat(50_000)}x$. The answer is 2.`,
  bomb: '$\\def\\a{\\a\\a}\\a$ and $\\includegraphics{http://example.invalid/a.png}$. The answer is 2.',
  bidi: `The total is ${rightToLeft}21\u202c, written the wrong way round\u200b. The answer is 2.`,
  style: '<style>*{display:none}</style><link rel=stylesheet href=//example.invalid/a.css> The answer is 2.',
  control: 'Bell \u0007 and escape \u001b[31m red. The answer is 2.',
};
const recorded = Object.entries(attacks)
  .map(([name, solution]) =>
    JSON.stringify({
      problem: `Problem ${name}: what is 1 + 1? <b>bold</b>`,
      gold_answer: '2',
      model: 'tiny-1b',
      solution,
    }),
  )
  .join('\n');

let bench: Workbench;
before(async () => {
  bench = await openWorkbench({ files: { 'hostile.jsonl': recorded } });
});
after(() => bench?.close());
afterEach(async (context) => {
  await pictureOnFailure(bench, context);
});

test('a file of hostile traces is imported, and every one can be read without anything running', async () => {
  await bench.openSidebar();
  await bench.command('Trace Loupe: Import Recorded Traces');
  await bench.answer(`${bench.folder}/hostile.jsonl`);
  await bench.pick('Import');
  await bench.file(/runs\/[^/]+\/run\.json$/);
  await bench.command('Trace Loupe: Open Viewer');
  const view = await bench.view('.trace-loupe-viewer .reading[aria-label="Trace"] .steps');
  for (const name of Object.keys(attacks)) {
    await view
      .locator('.problems [role="option"]')
      .filter({ hasText: `Problem ${name}` })
      .click();
    await view
      .locator('.question')
      .filter({ hasText: `Problem ${name}` })
      .waitFor();
    await view.locator('.steps').first().waitFor();
    const dangerous = view.locator(
      '.reading :is(img, script, iframe, object, embed, style, link, a[href], .question b)',
    );
    assert.equal(await dangerous.count(), 0, name);
    if (name === 'bidi') assert.match(await view.locator('.reading').innerText(), /202E/i, 'the override is named');
    if (name === 'control')
      assert.match(await view.locator('.reading').innerText(), /␇|0007|BEL/i, 'the bell is named');
    if (name === 'longFormula')
      assert.match(
        await view.locator('.steps').innerText(),
        /x\+x\+x/,
        'a formula past the limit is shown as it is written',
      );
  }
});

test('no policy report, no dialog, no request that leaves the editor', async () => {
  await bench.page.waitForTimeout(500);
  assert.deepEqual(bench.incidents, []);
});

test('the extension still answers', async () => {
  const view = await bench.view('.trace-loupe-viewer .reading[aria-label="Trace"]');
  await view.getByRole('radio', { name: /^Unsure/ }).click();
  await eventually('the decision', async () =>
    (await bench.file(/annotations\/.+\.jsonl$/)).includes('unsure') ? true : undefined,
  );
});
