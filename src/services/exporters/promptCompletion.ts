import * as v from 'valibot';
import type { TraceExporter } from './exporter.ts';
import { promptMessages } from './exporter.ts';

/**
 * Plain texts for supervised fine-tuning: `{"prompt": …, "completion": …}`. The system text stands before the question; the prompt
 * ends with a line break, because trainers join the two as they are.
 */
export const promptCompletion: TraceExporter = {
  name: 'prompt-completion',
  of: 'traces',
  title: 'plain texts: `{"prompt", "completion"}`',
  schema: v.strictObject({
    prompt: v.pipe(v.string(), v.endsWith('\n')),
    completion: v.string(),
  }),
  record: (exported) => ({
    prompt: `${promptMessages(exported)
      .map((message) => message.content)
      .join('\n\n')}\n`,
    completion: exported.trace.text,
  }),
};
