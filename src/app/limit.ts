// Runs an action over a list, a few at a time, results in the order of the list.

/** Rejects with the first error; actions that already started are waited for, no further one is started. */
export async function mapLimited<In, Out>(
  entries: readonly In[],
  limit: number,
  action: (entry: In) => Promise<Out>,
): Promise<readonly Out[]> {
  const results: Out[] = [];
  const queue = entries.entries();
  let stopped = false;
  const worker = async (): Promise<void> => {
    for (let place = queue.next(); place.done !== true && !stopped; place = queue.next()) {
      const [index, entry] = place.value;
      try {
        results[index] = await action(entry);
      } catch (error) {
        stopped = true;
        throw error;
      }
    }
  };
  const workers = Array.from({ length: Math.max(1, Math.min(limit, entries.length)) }, worker);
  const ended = await Promise.allSettled(workers);
  const failure = ended.find((end) => end.status === "rejected");
  if (failure !== undefined) throw failure.reason;
  return results;
}
