import type { EmbeddedName } from './settings.ts';

/** One text to be generated. What it is depends on these fields alone: not on what else is asked, nor on the machine. */
export interface GenerateRequest {
  model: EmbeddedName;
  problem: string;
  /** Any integer; its lowest 32 bits count. */
  seed: number;
  /** 0: the likeliest token, the first of equals. */
  temperature: number;
  /** Only this many of the likeliest tokens; 0 or absent: all. */
  topK?: number;
  /** Only the likeliest tokens that together reach this share; 1 or absent: all. */
  topP?: number;
  /** Only tokens at least this share as likely as the likeliest; 0 or absent: all. */
  minP?: number;
  /** Most tokens to generate. The model's context, which holds the problem too, may end a text before. */
  maxTokens: number;
  /** Ends the text before the first of these; at most 16. */
  stop?: readonly string[];
  /** Report each token's log probability, and that of so many of the likeliest (0 to 20). */
  logprobs?: number;
  /** Called with each piece of the text as soon as no stop text can take it back. The pieces, joined, are the text. */
  onText?(delta: string): void;
}

export interface Generated {
  text: string;
  /** `stop`: the model ended the text, or a stop text did; `length`: `maxTokens` or the context was reached. */
  finish: 'stop' | 'length';
  /** The problem's tokens and the mark that ends it. */
  promptTokens: number;
  /** All tokens that were generated: the mark that ends the text counts, and so does what a stop text took back. */
  completionTokens: number;
  /** One for each token of the text, where they were asked for. */
  logprobs?: TokenLogprob[];
}

/**
 * How likely a token was, by the natural logarithm, before temperature, top-k and the like were applied, as OpenAI has it.
 * The tokens, joined, are the generated text; a stop text may have taken back the end of the last one.
 */
export interface TokenLogprob extends LikelyToken {
  /** The likeliest tokens at this place, likeliest first; whether the chosen one is among them or not. */
  top: LikelyToken[];
}

export interface LikelyToken {
  /** As it stands in the text, with the space before it; the mark that ends the text is `<eos>`. */
  token: string;
  logprob: number;
}

/** What the header of a model's weights says of it. */
export interface EmbeddedModelInfo {
  name: EmbeddedName;
  /** Version of the recipe it was trained by. */
  recipe: string;
  /** Seed and number of steps of its training. */
  seed: number;
  steps: number;
  parameters: number;
  /** Most tokens of problem and text together. */
  context: number;
  /** Words, digits and signs that it knows. */
  vocab: number;
  /** Size of the weights' file. */
  bytes: number;
  sha256: string;
}

/** The models that come with the program. */
export interface EmbeddedModels {
  /** Rejects with a `ModelFailure`, or with the signal's reason once it is aborted. */
  generate(request: GenerateRequest, signal: AbortSignal): Promise<Generated>;
  /** The first word of a problem that the models can't read; null where they can read all (or their weights can't be read). */
  unknownWord(text: string): Promise<string | null>;
  /** Reads and checks the weights. Rejects with a `ModelFailure` where they are missing, truncated or altered. */
  info(name: EmbeddedName): Promise<EmbeddedModelInfo>;
  /** Ends what runs; it starts anew when it is asked again. Closing twice is safe. */
  close(): Promise<void>;
}
