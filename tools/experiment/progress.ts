import { countText } from './words.ts';

/** What is told of a run while it goes on. */
export interface Progress {
  begin(samples: number, jobs: number): void;
  add(completionTokens: number): void;
  end(): void;
}

/** Lines on a stream: one that is written over in a terminal, else a new one every ten seconds. */
export function progressOn(stream: NodeJS.WriteStream, now: () => number = () => performance.now()): Progress {
  const state = { start: 0, told: 0, samples: 0, done: 0, tokens: 0 };
  const tell = () => {
    state.told = now();
    const line = progressLine({ ...state, seconds: (state.told - state.start) / 1000 });
    stream.write(stream.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
  };
  return {
    begin(samples, jobs) {
      Object.assign(state, { start: now(), samples });
      stream.write(`Sampling ${countText(samples)} solutions from ${jobs} models …\n`);
      tell();
    },
    add(completionTokens) {
      state.done++;
      state.tokens += completionTokens;
      const finished = state.done === state.samples;
      if (finished || now() - state.told > (stream.isTTY ? 200 : 10_000)) tell();
    },
    end: () => void (stream.isTTY && state.samples > 0 && stream.write('\n')),
  };
}

/** `12,300 of 144,000 samples, 8 %, 14,200 tokens/s, about 85 s left`. */
export function progressLine(state: { samples: number; done: number; tokens: number; seconds: number }): string {
  const { samples, done, tokens, seconds } = state;
  const parts = [
    `${countText(done)} of ${countText(samples)} samples`,
    `${Math.floor((100 * done) / Math.max(1, samples))} %`,
  ];
  if (done > 0 && seconds > 1) parts.push(`${countText(tokens / seconds)} tokens/s`);
  if (done > 0 && seconds > 1 && done < samples)
    parts.push(`about ${countText(Math.ceil(((samples - done) * seconds) / done))} s left`);
  return parts.join(', ');
}
