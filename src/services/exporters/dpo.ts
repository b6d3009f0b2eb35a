import * as v from 'valibot';
import type { PairExporter } from './exporter.ts';
import { promptMessages } from './exporter.ts';

const message = (role: 'system' | 'user' | 'assistant') =>
  v.strictObject({ role: v.literal(role), content: v.string() });
const answer = v.strictTuple([message('assistant')]);

/**
 * Preference pairs in TRL's conversational form: `{"prompt": [system?, user], "chosen": [assistant], "rejected": [assistant]}`.
 * Where the two models were prompted differently, the prompt is the chosen trace's.
 */
export const dpo: PairExporter = {
  name: 'dpo',
  of: 'pairs',
  title: 'preference pairs: `{"prompt": [system?, user], "chosen": [assistant], "rejected": [assistant]}`',
  schema: v.strictObject({
    prompt: v.union([v.strictTuple([message('user')]), v.strictTuple([message('system'), message('user')])]),
    chosen: answer,
    rejected: answer,
  }),
  record: (chosen, rejected) => ({
    prompt: promptMessages(chosen),
    chosen: [{ role: 'assistant', content: chosen.trace.text }],
    rejected: [{ role: 'assistant', content: rejected.trace.text }],
  }),
};
