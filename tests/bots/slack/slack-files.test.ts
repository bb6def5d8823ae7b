import { webApi } from '@slack/bolt';
import { expect, test } from 'vitest';
import { createSlackApi } from '../../../src/bots/slack/slack-api.ts';
import { createSlackFiles, type SlackFile } from '../../../src/bots/slack/slack-files.ts';
import { drawPng } from '../../../src/inference/image/encode-png.ts';
import { serveHttp } from '../../inference/image/serve-locally.ts';

const PNG = drawPng(8, 8, () => [1, 2, 3]);
const silent = { info() {}, warn() {}, error() {} };
const signal = AbortSignal.timeout(10_000);

/** A server of images that notes the authorization of each request. */
async function listen() {
  const seen: (string | undefined)[] = [];
  const server = await serveHttp((request, response) => {
    seen.push(request.headers.authorization);
    response.end(PNG);
  });
  return { ...server, seen };
}

/** Files where Slack itself lies at `slack`. */
function filesOf(slack: { url: string; address: string }, others: readonly { address: string }[] = []) {
  const client = new webApi.WebClient('xoxb-1', { slackApiUrl: `${slack.url}/api/` });
  const api = createSlackApi({ client, log: silent, stop: signal, onRevoked() {} });
  const allowedAddresses = [slack, ...others].map(({ address }) => address);
  return createSlackFiles({ api, botToken: 'xoxb-1', localHost: slack.address, allowedAddresses });
}

const file = (fields: Partial<SlackFile>): SlackFile => ({ id: 'F1', mimetype: 'image/png', ...fields });

test('the token goes to where Slack lies, and not to where an external file lies', async () => {
  const [slack, stranger] = [await listen(), await listen()];
  const files = filesOf(slack, [stranger]);
  const images = await files.imagesOf([
    file({ url_private_download: `${slack.url}/files-pri/T1-F1/download/a.png` }),
    file({ url_private: `${stranger.url}/a.png`, mode: 'external' }),
  ]);
  for (const image of images) expect(await image.read(signal)).toEqual(PNG);
  expect(slack.seen).toEqual(['Bearer xoxb-1']);
  expect(stranger.seen).toEqual([undefined]);
});

test('an image that a person gives the address of is fetched without the token', async () => {
  const slack = await listen();
  await filesOf(slack).imageAt(`${slack.url}/a.png`).read(signal);
  expect(slack.seen).toEqual([undefined]);
});

test('what is too large by what Slack says is not fetched', async () => {
  const slack = await listen();
  const [image] = await filesOf(slack).imagesOf([
    file({ url_private: `${slack.url}/a.png`, size: 20_000_001 }),
  ]);
  await expect(image!.read(signal)).rejects.toMatchObject({ code: 'too-large' });
  expect(slack.seen).toEqual([]);
});

test('only images count, and none that were deleted or are hidden', async () => {
  const slack = await listen();
  const images = await filesOf(slack).imagesOf([
    file({ id: 'F1', alt_txt: ' A boat ' }),
    file({ id: 'F2', mode: 'tombstone' }),
    file({ id: 'F3', mode: 'hidden_by_limit' }),
    file({ id: 'F4', mimetype: 'application/pdf' }),
    file({ id: 'F5', alt_txt: '  ' }),
  ]);
  expect(images.map(({ id, altText }) => [id, altText])).toEqual([
    ['F1', 'A boat'],
    ['F5', null],
  ]);
});
