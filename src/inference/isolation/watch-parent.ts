// A thread of the inference process: ends the process when its parent is gone, even while a model blocks the main
// thread. (`prctl(PR_SET_PDEATHSIG)` would do it on Linux, but Node cannot call it.)
import { workerData } from 'node:worker_threads';

const INTERVAL_MS = 1000;
const parent: number = workerData;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

setInterval(() => {
  // Windows keeps naming a parent that is gone.
  if (process.ppid !== parent || !isAlive(parent)) process.kill(process.pid, 'SIGKILL');
}, INTERVAL_MS);
