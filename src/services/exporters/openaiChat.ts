import * as v from 'valibot';
import type { TraceExporter } from './exporter.ts';
import { promptMessages } from './exporter.ts';

const message = (role: 'system' | 'user' | 'assistant') =>
  v.strictObject({ role: v.literal(role), content: v.string() });

/**
 * Chat lines for supervised fine-tuning: `{"messages": [system?, user, assistant]}`, the assistant's last.
 * Read by OpenAI fine-tuning, TRL, Axolotl, LLaMA-Factory and others.
 */
export const openaiChat: TraceExporter = {
  name: 'openai-chat',
  of: 'traces',
  title: 'chat messages: `{"messages": [system?, user, assistant]}`',
  schema: v.strictObject({
    messages: v.union([
      v.strictTuple([message('user'), message('assistant')]),
      v.strictTuple([message('system'), message('user'), message('assistant')]),
    ]),
  }),
  record: (exported) => ({
    messages: [...promptMessages(exported), { role: 'assistant', content: exported.trace.text }],
  }),
};
