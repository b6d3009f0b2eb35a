/** Lets in what fits and turns the rest away at once, so that a flood costs bounded memory. */
export interface Room {
  /** Takes a share of the room and gives the way to give it back (once); null where it does not fit. */
  enter(size: number): (() => void) | null;
}

export function createRoom(most: number): Room {
  let taken = 0;
  return {
    enter(size) {
      if (taken + size > most) return null;
      taken += size;
      let inside = true;
      return () => {
        if (inside) taken -= size;
        inside = false;
      };
    },
  };
}

/** Runs so many jobs at a time; the others wait in the order in which they came. */
export interface Slots {
  /** Rejects with the signal's reason where it is aborted before the job's turn comes. */
  run<T>(job: () => Promise<T>, signal: AbortSignal): Promise<T>;
  readonly running: number;
  readonly waiting: number;
}

export function createSlots(most: number): Slots {
  let running = 0;
  // A set keeps the order of arrival and lets any of them leave at no cost.
  const waiting = new Set<() => void>();

  const turn = (signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const begin = () => {
        signal.removeEventListener('abort', leave);
        running++;
        resolve();
      };
      const leave = () => {
        waiting.delete(begin);
        reject(signal.reason);
      };
      if (signal.aborted) return reject(signal.reason);
      if (running < most) return begin();
      waiting.add(begin);
      signal.addEventListener('abort', leave, { once: true });
    });
  const end = () => {
    running--;
    const [next] = waiting;
    if (!next) return;
    waiting.delete(next);
    next();
  };
  return {
    async run(job, signal) {
      await turn(signal);
      try {
        return await job();
      } finally {
        end();
      }
    },
    get running() {
      return running;
    },
    get waiting() {
      return waiting.size;
    },
  };
}
