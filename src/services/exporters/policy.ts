import * as v from 'valibot';
import type { SelectionPolicy } from '../../core/curate/policy.ts';
import { defaultPolicy } from '../../core/curate/policy.ts';
import { arms } from '../../core/trace/trace.ts';
import { UserError } from '../../core/userError.ts';

/**
 * A policy from the JSON of a policy file; absent fields take the values of `defaultPolicy`. `place` names the file in messages.
 *
 * @throws UserError naming the field where one is unknown (most likely misspelt) or has a wrong value.
 */
export function readPolicy(value: unknown, place: string): SelectionPolicy {
  const read = v.safeParse(policySchema, value);
  if (read.success) return { ...defaultPolicy, ...read.output };
  const [issue] = read.issues;
  const field = v.getDotPath(issue);
  const fields = Object.keys(defaultPolicy).join(', ');
  const what = field === null ? issue.message : `the field "${field}": ${issue.message}`;
  throw new UserError(`${place}, ${what}. A policy is a JSON object of ${fields}.`);
}

const policySchema = v.strictObject({
  arms: v.exactOptional(v.array(v.picklist(arms))),
  verdicts: v.exactOptional(v.array(v.picklist(['correct', 'incorrect', 'ungradable']))),
  soundness: v.exactOptional(v.picklist(['any', 'notUnsound', 'unflagged', 'soundOnly'])),
  onePerPath: v.exactOptional(v.boolean()),
  capPerProblem: v.exactOptional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1)))),
  keepTruncated: v.exactOptional(v.boolean()),
  split: v.exactOptional(v.nullable(v.record(v.string(), v.pipe(v.number(), v.gtValue(0))))),
  seed: v.exactOptional(v.pipe(v.number(), v.integer())),
});
