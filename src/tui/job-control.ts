// Ctrl-Z and `fg`: the terminal is given back to the shell while the process stands still, and taken again afterwards.

/** Milliseconds after which it goes on where nothing stopped it: a process that no shell waits for is not stopped by Ctrl-Z. */
const unstopped = 300;

export interface JobControl {
  /** Stops the process group, as the shell expects it of a program that reads Ctrl-Z itself. */
  readonly pause: () => void;
  readonly close: () => void;
}

export interface JobControlOptions {
  /** Gives the terminal to `use` and takes it back, with everything drawn anew. */
  readonly handOver: (use: () => Promise<void>) => Promise<void>;
  /** Whether another program has the terminal now. */
  readonly isLent: () => boolean;
}

export function listenForPauses({ handOver, isLent }: JobControlOptions): JobControl {
  let isPausing = false;
  const whileHandedOver = (use: () => Promise<void>): void => {
    isPausing = true;
    handOver(use)
      .catch(() => undefined)
      .finally(() => {
        isPausing = false;
        // A window that was resized while another job had the terminal is told to that job alone.
        process.emit("SIGWINCH", "SIGWINCH");
      });
  };
  const onPause = (): void => {
    if (isPausing) return;
    // The program that has the terminal stops, too, and does its part.
    if (isLent()) process.kill(process.pid, "SIGSTOP");
    else whileHandedOver(standStill);
  };
  const standStill = async (): Promise<void> => {
    process.off("SIGTSTP", onPause);
    const woken = Promise.withResolvers<void>();
    const timer = setTimeout(woken.resolve, unstopped);
    process.once("SIGCONT", woken.resolve);
    process.kill(0, "SIGTSTP");
    await woken.promise;
    clearTimeout(timer);
    process.off("SIGCONT", woken.resolve);
    process.on("SIGTSTP", onPause);
  };
  /** Who was stopped the hard way finds the terminal as the shell left it. */
  const onContinue = (): void => {
    if (!isPausing && !isLent()) whileHandedOver(async () => undefined);
  };
  process.on("SIGTSTP", onPause);
  process.on("SIGCONT", onContinue);
  return {
    pause: onPause,
    close: () => {
      process.off("SIGTSTP", onPause);
      process.off("SIGCONT", onContinue);
    },
  };
}
