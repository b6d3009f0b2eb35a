import { noChange } from 'lit';
import { Directive, directive, type ElementPart } from 'lit/directive.js';

/**
 * Gives an element of the toolkit its name. Its text fields, text areas and checkboxes overwrite `aria-label` whenever they are
 * put into the page ("Text field"), so the name is set again once that has happened.
 */
export const named = directive(
  class extends Directive {
    override render(_label: string): unknown {
      return noChange;
    }

    override update(part: ElementPart, [label]: [string]): unknown {
      queueMicrotask(() => {
        if (part.element.getAttribute('aria-label') !== label) part.element.setAttribute('aria-label', label);
      });
      return noChange;
    }
  },
);
