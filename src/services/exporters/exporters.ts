import type { ExportFormat } from '../../core/curate/policy.ts';
import { dpo } from './dpo.ts';
import type { Exporter } from './exporter.ts';
import { openaiChat } from './openaiChat.ts';
import { promptCompletion } from './promptCompletion.ts';

/** Every export format; a new one is a file and a line here. */
export const exporters: Record<ExportFormat, Exporter> = {
  'openai-chat': openaiChat,
  'prompt-completion': promptCompletion,
  dpo,
};
