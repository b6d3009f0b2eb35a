import type { Compiled, Quantity } from './compile.ts';
import type { Reading } from './equation.ts';
import type { Derivation, Operand } from './keys.ts';

/** What a trace has established so far, rightly and wrongly. */
export interface Ledger {
  /** Names of the quantities that a right step derived. */
  derived: Set<string>;
  /** Those that the latest step derived; none where it was wrong. */
  latest: readonly string[];
  /** The values that wrong steps stated of a quantity, by its name. */
  stated: Map<string, Set<number>>;
  /** The values that wrong steps stated of nothing that the problem has. */
  nameless: Set<number>;
}

export function emptyLedger(): Ledger {
  return { derived: new Set(), latest: [], stated: new Map(), nameless: new Set() };
}

/** How a derivation agrees with an equation; worse is higher. `missing`: by its numbers, but something in it was not derived. */
export const agreements = ['right', 'carried', 'missing'] as const;
export type Agreement = (typeof agreements)[number];

/** The best way in which the equation's readings derive the quantity; null: in no way. */
export function agreement(
  compiled: Compiled,
  ledger: Ledger,
  quantity: Quantity,
  operation: string,
  readings: readonly Reading[],
): Agreement | null {
  let best: Agreement | null = null;
  for (const [x, of, y] of quantity.from) {
    if (of !== operation) continue;
    for (const reading of readings) {
      const one = agreeing(compiled, ledger, [x, of, y], reading);
      if (one !== null && (best === null || rank(one) < rank(best))) best = one;
    }
  }
  return best;
}

function agreeing(compiled: Compiled, ledger: Ledger, [x, , y]: Derivation, reading: Reading): Agreement | null {
  const [first, second] = [supplied(compiled, ledger, x, reading.x), supplied(compiled, ledger, y, reading.y)];
  if (first === null || second === null) return null;
  return rank(first) > rank(second) ? first : second;
}

/** Where the numeral of an operand can come from. */
function supplied(compiled: Compiled, ledger: Ledger, operand: Operand, numeral: number): Agreement | null {
  if (typeof operand === 'number') return operand === numeral ? 'right' : null;
  const isTrue = compiled.valueFor(operand) === numeral;
  if (isTrue && ledger.derived.has(operand)) return 'right';
  if (ledger.stated.get(operand)?.has(numeral) || ledger.nameless.has(numeral)) return 'carried';
  return isTrue ? 'missing' : null;
}

function rank(one: Agreement): number {
  return agreements.indexOf(one);
}

/** Notes what a wrong step stated: of the quantities named, and of those that its equation derives under another's name. */
export function noteStated(ledger: Ledger, quantities: readonly Quantity[], value: number): void {
  if (quantities.length === 0) ledger.nameless.add(value);
  for (const { name } of quantities) ledger.stated.set(name, (ledger.stated.get(name) ?? new Set()).add(value));
}
