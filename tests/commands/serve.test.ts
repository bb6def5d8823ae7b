import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { runNarrator } from './run-narrator.ts';

const NARRATOR = fileURLToPath(new URL('../../bin/narrator.js', import.meta.url));
/** Set to nothing, so that a .env in the checkout does not count: what is set already stays. */
const NOTHING_SET = {
  ...{ DISCORD_TOKEN: '', SLACK_BOT_TOKEN: '', SLACK_APP_TOKEN: '', SLACK_SIGNING_SECRET: '' },
  ...{ DATABASE_URL: '', NARRATOR_ENGINES: '', NARRATOR_LOG_LEVEL: '' },
};

let child: ChildProcess | undefined;
afterEach(() => {
  child?.kill('SIGKILL');
  child = undefined;
});

async function startServe(args: readonly string[] = []) {
  const started = spawn(process.execPath, [NARRATOR, 'serve', '--port', '0', ...args], {
    env: { ...process.env, ...NOTHING_SET },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = started;
  let output = '';
  for (const stream of [started.stdout, started.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  await expect.poll(() => /http:\/\/127\.0\.0\.1:\d+\//.test(output), { timeout: 15_000 }).toBe(true);
  const url = /http:\/\/127\.0\.0\.1:\d+\//.exec(output)![0];
  return { started, url, output: () => output };
}

describe('narrator serve', () => {
  it('prints the playground’s address as soon as it opens, and ends in order', async () => {
    const { started, url, output } = await startServe();
    const page = await fetch(url);
    expect(await page.text()).toContain('Visual Narrator');
    expect(output()).toMatch(/docs\/discord\.md/);
    const closed = once(started, 'close');
    started.kill('SIGTERM');
    expect(await closed).toEqual([0, null]);
    await expect(fetch(url)).rejects.toThrow();
  });

  it('takes a signal that comes twice at once for one, as npm passes on Ctrl-C', async () => {
    const { started } = await startServe();
    const closed = once(started, 'close');
    started.kill('SIGINT');
    started.kill('SIGINT');
    expect(await closed).toEqual([0, null]);
  });

  it('names all that is wrong with the settings at once', async () => {
    const env = { ...NOTHING_SET, DISCORD_TOKEN: 'wrong', SLACK_BOT_TOKEN: 'xoxb-1234567890-abcdefghij' };
    const { status, stderr } = await runNarrator(['serve'], { env });
    expect(status).toBe(1);
    expect(stderr).toMatch(/- DISCORD_TOKEN should.*- SLACK_APP_TOKEN should/s);
    expect(stderr).not.toContain('xoxb-1234567890');
  });

  it('says so where the port is taken, and listens on no other address', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const taken = await runNarrator(['serve', '--port', String(port)], { env: NOTHING_SET });
    server.close();
    expect([taken.status, taken.stderr]).toEqual([1, expect.stringContaining(`Port ${port} is taken`)]);
    const open = await runNarrator(['serve', '--host', '0.0.0.0'], { env: NOTHING_SET });
    expect([open.status, open.stderr]).toEqual([1, expect.stringContaining('127.0.0.1 or ::1')]);
    const bad = await runNarrator(['serve', '--port', 'x'], { env: NOTHING_SET });
    expect(bad.status).toBe(2);
  });
});

it('narrator demo --once plays a visit to both platforms and ends', async () => {
  const { status, stdout, stderr } = await runNarrator(['demo', '--once'], { env: NOTHING_SET });
  expect([status, stderr]).toEqual([0, '']);
  for (const platform of ['Discord', 'Slack']) {
    expect(stdout).toMatch(
      new RegExp(`${platform}, #photos.*AI description.*sheep.*\\[picture: Line chart`, 's'),
    );
  }
  expect(stdout).toContain('The visit went as it should');
});
