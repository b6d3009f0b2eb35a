/**
 * Puts `action` off until nobody has asked for it for `quietMs`: what costs seconds on a large run waits until the user has
 * stopped judging, or the run has stopped growing.
 */
export function whenQuiet(quietMs: number, action: () => void): { ask(): void; cancel(): void } {
  let timer: NodeJS.Timeout | undefined;
  return {
    ask() {
      clearTimeout(timer);
      timer = setTimeout(action, quietMs);
    },
    cancel: () => clearTimeout(timer),
  };
}
