#!/usr/bin/env node
// Plain JavaScript that any Node can parse: it finds a Node that runs the TypeScript of src/ (24 or newer),
// which is the npm package `node` of this checkout where the machine's own is older.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const NEEDED_MAJOR = 24;
const major = Number(process.versions.node.split('.')[0]);

if (major >= NEEDED_MAJOR) {
  // The TypeScript is stripped and compiled at the first start, and kept where Node keeps such things.
  module.enableCompileCache();
  const { main } = await import('../src/cli.ts');
  process.exitCode = await main(process.argv.slice(2));
} else {
  const local = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
  if (!existsSync(local)) {
    process.stderr.write(
      `narrator needs Node ${NEEDED_MAJOR} or newer; this is ${process.version}. Run \`npm install\` in the project's folder: it brings its own.\n`,
    );
    process.exit(1);
  }
  const child = spawn(local, process.argv.slice(1), { stdio: 'inherit' });
  // A service manager ends this process, and means the other. (A terminal's Ctrl-C reaches both.)
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGINT', () => {});
  child.on('error', error => {
    throw error;
  });
  child.on('exit', (status, signal) => {
    process.removeAllListeners('SIGTERM').removeAllListeners('SIGINT');
    if (signal) process.kill(process.pid, signal);
    process.exitCode = status ?? 1;
  });
}
