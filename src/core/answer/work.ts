/** What one comparison may still cost, in steps of about a tenth of a microsecond: with it hostile answers end in "undecided", never in a long wait. */
export interface Work {
  left: number;
}

/** Takes `cost` from the budget; false when it is used up. */
export function spend(work: Work, cost = 1): boolean {
  work.left -= cost;
  return work.left >= 0;
}

/** The budget of one pair of answers: some 2 ms where all of it is used. */
export function pairWork(): Work {
  return { left: 7000 };
}
