import { checkRequest } from './checkRequest.ts';
import type { Generated, GenerateRequest, TokenLogprob } from './generate.ts';
import { createPicker, type Logits, likeliest, logProbabilities } from './pick.ts';
import { createPrompts, type Prompt } from './prompts.ts';
import { createRandom } from './random.ts';
import { type GrowingText, growText } from './text.ts';
import { createTokenizer, special } from './tokenizer.ts';
import { createTransformer, type Row, type TransformerOptions } from './transformer.ts';
import type { Weights } from './weights.ts';

/** Texts that one model writes at the same time, a token of each in every step. They join and leave at any step. */
export interface Batch {
  /** Resolves after as many steps as the text needs. Rejects with a `ModelFailure`, or with the signal's reason. */
  add(request: GenerateRequest, signal: AbortSignal): Promise<Generated>;
  /** Whether there is something to do. */
  readonly busy: boolean;
  /** Writes the next token of each text, and reads on in a problem that is waited for. */
  step(): void;
}

export interface BatchOptions extends Pick<TransformerOptions, 'simd'> {
  /** Most texts at a time; more wait. */
  texts?: number;
}

/** Measured: 32 or 64 at a time are no faster, and they take more memory and longer steps. */
const defaultTexts = 16;
/** Tokens of a problem that are read in one step. */
const readAtATime = 32;
/** Problems that are kept beside those in use: the next samples of one need not read it again. */
const idlePrompts = 4;

interface Task {
  request: GenerateRequest;
  prompt: readonly number[];
  random: () => number;
  text: GrowingText;
  generated: number;
  /** Most tokens to generate. */
  limit: number;
  logprobs: TokenLogprob[];
  resolve(generated: Generated): void;
}

/** A task that has begun, the problem it stands on, and its next row. */
interface Running {
  task: Task;
  prompt: Prompt;
  row: Row;
}

export function createBatch(weights: Weights, { texts = defaultTexts, simd }: BatchOptions = {}): Batch {
  const tokenizer = createTokenizer(weights.header.vocab);
  const { context, vocab } = weights.header.config;
  const mostPrompts = texts + idlePrompts;
  const transformer = createTransformer(weights, {
    mostRows: texts + readAtATime,
    caches: texts + mostPrompts,
    simd,
  });
  const { pick } = createPicker(vocab);
  const prompts = createPrompts(
    Array.from({ length: mostPrompts }, (_, index) => texts + index),
    idlePrompts,
  );
  const freeCaches = Array.from({ length: texts }, (_, index) => texts - 1 - index);
  const waiting: Task[] = [];
  let running: Running[] = [];
  const rows: Row[] = [];

  const add = (request: GenerateRequest, signal: AbortSignal) =>
    new Promise<Generated>((resolve, reject) => {
      signal.throwIfAborted();
      const prompt = checkRequest(request, tokenizer, context);
      const abort = () => {
        remove(task);
        reject(signal.reason);
      };
      const task: Task = {
        request,
        prompt,
        random: createRandom(request.seed),
        text: growText(tokenizer, request.stop, request.onText),
        generated: 0,
        limit: Math.min(request.maxTokens, context - prompt.length),
        logprobs: [],
        resolve: (generated) => {
          signal.removeEventListener('abort', abort);
          resolve(generated);
        },
      };
      signal.addEventListener('abort', abort, { once: true });
      waiting.push(task);
    });

  const remove = (task: Task) => {
    const place = waiting.indexOf(task);
    if (place >= 0) waiting.splice(place, 1);
    running = running.filter((candidate) => candidate.task !== task || leave(candidate));
  };

  /** Frees what a task holds; false, so that a filter drops it. */
  const leave = ({ prompt, row }: Running): false => {
    prompt.users--;
    freeCaches.push(row.cache);
    return false;
  };

  /** Begins waiting tasks, in their order, while there is room. Gives the problem that the next one needs and that is not yet read. */
  const admit = (): Prompt | undefined => {
    for (;;) {
      const [task] = waiting;
      if (!task || running.length === texts) return undefined;
      const prompt = prompts.get(task.request.problem, task.prompt);
      if (!prompt.logits) return prompt;
      waiting.shift();
      begin(task, prompt, prompt.logits);
    }
  };

  const begin = (task: Task, prompt: Prompt, values: Float32Array) => {
    const [last = -1, beforeLast = -1] = [task.prompt.at(-1), task.prompt.at(-2)];
    const cache = freeCaches.pop();
    if (cache === undefined) throw new Error('All caches are in use.');
    const row: Row = {
      token: last,
      before: beforeLast,
      beforeThat: -1,
      position: task.prompt.length - 1,
      cache,
      at: -1,
      shared: prompt.cache,
      sharedLength: task.prompt.length,
      wantsLogits: true,
    };
    prompt.users++;
    const begun = { task, prompt, row };
    if (write(begun, { values, at: 0, count: vocab })) running.push(begun);
  };

  /** Adds a token to a text; false once the text is finished. */
  const write = (one: Running, logits: Logits): boolean => {
    const { task, row } = one;
    const token = pick(logits, task.request, task.random);
    task.generated++;
    if (token === special.end) return finish(one, 'stop');
    const piece = task.text.add(token);
    if (task.request.logprobs !== undefined) task.logprobs.push(logprobOf(task, row, token, piece, logits));
    if (task.text.stopped) return finish(one, 'stop');
    if (task.generated >= task.limit) return finish(one, 'length');
    row.beforeThat = row.before;
    row.before = row.token;
    row.token = token;
    row.position++;
    row.at++;
    return true;
  };

  const logprobOf = (task: Task, row: Row, token: number, piece: string, logits: Logits): TokenLogprob => {
    const found = logProbabilities(logits);
    const before = task.generated > 1 ? row.token : undefined;
    const textOf = (other: number) => tokenizer.piece(other, before);
    const top = likeliest(found, task.request.logprobs ?? 0, textOf);
    return { token: piece, logprob: found[token] ?? -Infinity, top };
  };

  const finish = (one: Running, reason: Generated['finish']): false => {
    const { task } = one;
    const text = task.text.end();
    task.resolve({
      text,
      finish: reason,
      promptTokens: task.prompt.length,
      completionTokens: task.generated,
      ...(task.request.logprobs === undefined ? {} : { logprobs: within(task.logprobs, text.length) }),
    });
    return leave(one);
  };

  const step = () => {
    const unread = admit();
    rows.length = 0;
    for (const { row } of running) rows.push(row);
    unread?.nextRows(readAtATime, rows);
    if (rows.length === 0) return;
    transformer.forward(rows);
    const { logits: values, logitsStride } = transformer;
    unread?.rowsRead(values.subarray(running.length * logitsStride, running.length * logitsStride + vocab));
    running = running.filter((one, index) => write(one, { values, at: index * logitsStride, count: vocab }));
  };

  return {
    add,
    step,
    get busy() {
      return waiting.length > 0 || running.length > 0;
    },
  };
}

/** Those of the tokens that begin before the text's end: a stop text may have taken the last ones back. */
function within(logprobs: readonly TokenLogprob[], length: number): TokenLogprob[] {
  let start = 0;
  return logprobs.filter(({ token }) => {
    start += token.length;
    return start - token.length < length;
  });
}
