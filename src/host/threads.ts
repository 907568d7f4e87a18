// Threads for work that would keep this one from people and from git: many small calls of the file system, one after the other.
import { Worker } from "node:worker_threads";

export interface Threads<Task, Answer> {
  readonly most: number;
  /** Never rejects. */
  readonly run: (task: Task) => Promise<Answer>;
  /** Ends the threads; tasks under way are lost. */
  readonly close: () => Promise<void>;
}

interface Thread<Task, Answer> {
  readonly worker: Worker;
  /** What it works on; absent while it waits. */
  task?: Waiting<Task, Answer>;
}

interface Waiting<Task, Answer> {
  readonly task: Task;
  readonly settle: (answer: Answer) => void;
}

/**
 * At most so many threads, each started when there is something for it to do. `script` answers each message that it gets
 * with one; `lost` is the answer of a task whose thread ended before.
 */
export function openThreads<Task, Answer>(options: {
  readonly script: URL;
  readonly most: number;
  readonly lost: (problem: string) => Answer;
}): Threads<Task, Answer> {
  const { script, most, lost } = options;
  const threads = new Set<Thread<Task, Answer>>();
  const queue: Waiting<Task, Answer>[] = [];

  const next = (thread: Thread<Task, Answer>): void => {
    const waiting = queue.shift();
    if (waiting === undefined) {
      delete thread.task;
      return;
    }
    thread.task = waiting;
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    thread.worker.postMessage(waiting.task);
  };
  const start = (): void => {
    const worker = new Worker(script);
    const thread: Thread<Task, Answer> = { worker };
    threads.add(thread);
    const lose = (problem: string): void => {
      if (!threads.delete(thread)) return;
      thread.task?.settle(lost(problem));
      // Whoever waits for a thread must not wait for ever.
      if (threads.size === 0) for (const { settle } of queue.splice(0)) settle(lost(problem));
    };
    worker.on("message", (answer: Answer) => {
      thread.task?.settle(answer);
      next(thread);
    });
    worker.on("error", (error) => lose(error instanceof Error ? error.message : String(error)));
    worker.on("exit", () => lose("the thread ended"));
    next(thread);
  };

  return {
    most,
    run: (task) => {
      const { promise, resolve } = Promise.withResolvers<Answer>();
      queue.push({ task, settle: resolve });
      const idle = [...threads].find((thread) => thread.task === undefined);
      if (idle !== undefined) next(idle);
      else if (threads.size < most) start();
      return promise;
    },
    close: async () => {
      await Promise.all([...threads].map(({ worker }) => worker.terminate()));
    },
  };
}
