import { ModelFailure } from '../model.ts';
import type { GenerateRequest } from './generate.ts';
import { special, type Tokenizer, UnknownWord } from './tokenizer.ts';

/** Far above a whole context in characters; longer texts are refused unread. */
const longestProblem = 20_000;
const mostStops = 16;
const longestStop = 1_000;
export const mostLogprobs = 20;

/**
 * The problem's tokens and the mark that ends it.
 * @throws ModelFailure `badRequest`, in one sentence, where the model can't answer.
 */
export function checkRequest(request: GenerateRequest, tokenizer: Tokenizer, context: number): number[] {
  checkSettings(request);
  if (request.problem.length > longestProblem) throw tooLong(request, 'thousands of', context);
  const tokens = [...encode(request, tokenizer), special.solution];
  if (tokens.length >= context) throw tooLong(request, String(tokens.length), context);
  return tokens;
}

function encode({ model, problem }: GenerateRequest, tokenizer: Tokenizer): number[] {
  try {
    return tokenizer.encode(problem);
  } catch (error) {
    if (!(error instanceof UnknownWord)) throw error;
    throw refusal(unknownWordSentence(model, error.word));
  }
}

function unknownWordSentence(model: string, word: string): string {
  const shown = word.length > 60 ? `${word.slice(0, 60)}…` : word;
  return `“${shown}” is not among the words of embedded:${model}: it is a tiny model trained on the sample problems' templates, and can't read other problems.`;
}

function tooLong({ model }: GenerateRequest, tokens: string, context: number): ModelFailure {
  return refusal(
    `The problem has ${tokens} tokens and embedded:${model} reads at most ${context - 1}: it is a tiny model for the sample problems.`,
  );
}

function checkSettings({ model, temperature, topK = 0, topP = 1, minP = 0, ...request }: GenerateRequest): void {
  const { maxTokens, stop = [], logprobs = 0, seed } = request;
  const rules: [boolean, string][] = [
    [temperature >= 0 && temperature <= 100, 'a temperature from 0 to 100'],
    [isCount(topK), 'a whole top-k of at least 0'],
    [topP > 0 && topP <= 1, 'a top-p above 0, at most 1'],
    [minP >= 0 && minP <= 1, 'a min-p from 0 to 1'],
    [isCount(maxTokens) && maxTokens > 0, 'a whole number of tokens, at least 1'],
    [isCount(logprobs) && logprobs <= mostLogprobs, `at most ${mostLogprobs} log probabilities`],
    [Number.isSafeInteger(seed), 'a whole seed'],
    [stop.length <= mostStops && stop.every(({ length }) => length <= longestStop), `at most ${mostStops} stop texts`],
  ];
  const broken = rules.find(([kept]) => !kept);
  if (broken) throw refusal(`embedded:${model} takes ${broken[1]}: correct its sampling settings.`);
}

const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0;

const refusal = (sentence: string) => new ModelFailure('badRequest', sentence);
