import type { ModelCost } from './budget.ts';

/** One entry of the setting `traceLoupe.models`: a model behind an OpenAI-compatible API and how to sample it. */
export interface ModelSettings extends ModelCost {
  /** The user's own name for it, unique among the entries. */
  name: string;
  /** E.g. `http://localhost:8000/v1`. Keys are bound to its origin. */
  baseUrl: string;
  /** The model's name at the server. */
  model: string;
  /** `completions` for base models without a chat template; default `chat`. */
  api?: 'chat' | 'completions';
  /** The environment variable that holds the key (command line only; the editor keeps keys in SecretStorage). */
  apiKeyEnv?: string;
  sampling?: SamplingSettings;
  prompt?: PromptSettings;
  /** Most requests in flight; default 16. */
  concurrency?: number;
}

export interface SamplingSettings {
  /** Default 0.7. */
  temperature?: number;
  topP?: number;
  topK?: number;
  minP?: number;
  /** Most tokens to generate per sample; default 1,024. */
  maxTokens?: number;
  stop?: readonly string[];
  /** Further fields of the request's body, sent as they are. */
  extraBody?: Record<string, unknown>;
}

export interface PromptSettings {
  system?: string;
  /** A text or Markdown file of worked examples, put before the problem; relative to the workspace. */
  fewShotFile?: string;
  /** Holds `{problem}` and, for multiple choice, `{options}`. */
  template?: string;
}
