import type { KatexOptions } from 'katex';

/** A formula to set: `source` is what the trace holds, shown until the formula is set and where it can't be. */
export interface Formula {
  tex: string;
  display: boolean;
  source: string;
}

/**
 * Defines `<tl-math>`, an element that sets its `formula` as MathML when it comes near the viewport. KaTeX is loaded when the
 * first formula is seen. Nothing of the formula is ever parsed as HTML: KaTeX builds the nodes one by one.
 */
export function defineMath(): void {
  if (!customElements.get('tl-math')) customElements.define('tl-math', MathElement);
}

class MathElement extends HTMLElement {
  #formula: Formula | undefined;

  get formula(): Formula | undefined {
    return this.#formula;
  }

  set formula(formula: Formula | undefined) {
    const same = formula?.tex === this.#formula?.tex && formula?.display === this.#formula?.display;
    this.#formula = formula;
    if (same) return;
    this.textContent = formula?.source ?? '';
    this.classList.toggle('display', formula?.display === true);
    if (this.isConnected) seen().observe(this);
  }

  connectedCallback(): void {
    if (this.#formula && !this.querySelector('math')) seen().observe(this);
  }

  disconnectedCallback(): void {
    seen().unobserve(this);
  }

  /** Sets the formula in place of its source. */
  async typeset(): Promise<void> {
    const formula = this.#formula;
    if (!formula) return;
    const { render } = (await loadKatex()).default;
    if (this.#formula !== formula) return;
    const set = document.createElement('span');
    try {
      render(formula.tex, set, options(formula.display));
      // Our macros leave no colour, so this is a command that is not trusted, such as a link: it would swallow its content.
      if (set.querySelector('[mathcolor]')) throw new Error('A command in it is not set here.');
    } catch (error) {
      // A formula that can't be set is shown as it was written.
      this.title = error instanceof Error ? error.message.replace(/^KaTeX parse error: /, '') : '';
      this.classList.add('unset');
      return;
    }
    this.removeAttribute('title');
    this.classList.remove('unset');
    this.replaceChildren(...set.childNodes);
  }
}

/** Loaded once, and only where there is a formula to see. */
const loadKatex = once(() => import('katex'));

/** One observer for every formula: it starts a screen early, so that scrolling shows formulas already set. */
const seen = once(
  () =>
    new IntersectionObserver(
      (entries, observer) => {
        for (const { isIntersecting, target } of entries) {
          if (!isIntersecting) continue;
          observer.unobserve(target);
          void (target as MathElement).typeset();
        }
      },
      { rootMargin: '400px 0px' },
    ),
);

/**
 * `trust: false` takes links, pictures and HTML attributes away; `maxExpand` and `maxSize` bound the work and the size. The
 * macros object is new for each formula, or one formula's `\gdef` would reach the next.
 */
function options(displayMode: boolean): KatexOptions {
  return {
    displayMode,
    output: 'mathml',
    trust: false,
    maxExpand: 200,
    maxSize: 20,
    throwOnError: true,
    strict: 'ignore',
    macros: { ...plainMacros },
  };
}

/**
 * Commands that set an inline style (blocked by the page's policy, and reported) or a colour (which could hide text, and says
 * something else here) give their content alone.
 */
const plainMacros = {
  '\\pmb': '\\boldsymbol{#1}',
  '\\fcolorbox': '\\@secondoftwo{#1#2}{\\boxed{\\text{#3}}}',
  '\\colorbox': '\\@secondoftwo{#1}{\\text{#2}}',
  '\\textcolor': '\\@secondoftwo{#1}{#2}',
  '\\color': '\\@secondoftwo{#1}{}',
};

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
