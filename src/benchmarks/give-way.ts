/**
 * Lets an interrupt in between two pieces of work that are synchronous and may take seconds.
 *
 * @throws the signal's reason when aborted
 */
export async function giveWay(signal: AbortSignal): Promise<void> {
  await new Promise(setImmediate);
  signal.throwIfAborted();
}
