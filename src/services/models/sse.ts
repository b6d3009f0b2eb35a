/** Most characters of one event: 16 times the longest that a reply of 1,000,000 tokens in one event would need. */
const longestEvent = 64_000_000;

/** What may follow the last event: a few bytes of framing, at once. */
const longestTailMs = 1_000;
const mostTailChunks = 16;

/**
 * Reads a stream of server-sent events (WHATWG HTML §9.2) and hands each event's data to `onData`, up to `[DONE]`. `onBytes` is
 * called for comments too, which servers send to show that they are alive.
 *
 * In place of the `openai` package's own reader, which gives up the body at `[DONE]`, before its end: that closes the
 * connection, so most servers would need a new one for each sample (17 of 20 requests, measured), and it takes three async
 * iterators per event, twice the time of the rest of a request.
 * @throws what the body throws when it breaks; an `Error` for an event without end.
 */
export async function readEvents(
  body: ReadableStream<Uint8Array>,
  onData: (data: string) => void,
  onBytes: () => void,
): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const events = createEventSplitter(onData);
  try {
    while (!events.done) {
      const { done, value } = await reader.read();
      onBytes();
      events.add(done ? decoder.decode() : decoder.decode(value, { stream: true }));
      if (done) return events.end();
    }
    void drain(reader);
  } catch (error) {
    void reader.cancel().catch(() => {});
    throw error;
  }
}

/** Splits text that comes in any pieces into events. */
export interface EventSplitter {
  add(text: string): void;
  /** No more text comes: what is left is an event, though no blank line follows it. */
  end(): void;
  /** `[DONE]` was seen. */
  readonly done: boolean;
}

export function createEventSplitter(onData: (data: string) => void): EventSplitter {
  let rest = '';
  let data: string | null = null;
  let done = false;

  const dispatch = () => {
    const text = data;
    data = null;
    if (text === null || done) return;
    if (text.trim() === '[DONE]') done = true;
    else onData(text);
  };
  const line = (text: string) => {
    if (text === '') return dispatch();
    if (!text.startsWith('data:')) return;
    const value = text.slice(text[5] === ' ' ? 6 : 5);
    data = data === null ? value : `${data}\n${value}`;
  };
  return {
    add(text) {
      rest += text;
      let from = 0;
      for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n', from)) {
        line(rest.slice(from, rest[end - 1] === '\r' ? end - 1 : end));
        from = end + 1;
      }
      rest = rest.slice(from);
      if (rest.length + (data?.length ?? 0) > longestEvent) throw new Error('The server sent an event without end.');
    },
    end() {
      line(rest);
      dispatch();
    },
    get done() {
      return done;
    },
  };
}

/** Reads a body to its end, so that the connection serves the next request; nobody waits for it. */
async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  const cancel = () => void reader.cancel().catch(() => {});
  const timer = setTimeout(cancel, longestTailMs);
  try {
    for (let chunks = 0; !(await reader.read()).done; chunks++) {
      if (chunks === mostTailChunks) return cancel();
    }
  } catch {
    // The connection broke: there is nothing to keep.
  } finally {
    clearTimeout(timer);
  }
}
