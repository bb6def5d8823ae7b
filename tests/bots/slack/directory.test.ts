import { webApi } from '@slack/bolt';
import { expect, test } from 'vitest';
import { createBoltLog } from '../../../src/bots/slack/bolt-log.ts';
import { createDirectory } from '../../../src/bots/slack/directory.ts';
import { createSlackApi } from '../../../src/bots/slack/slack-api.ts';
import { serveHttp } from '../../inference/image/serve-locally.ts';

const CHANNEL = { id: 'C1', name: 'photos', is_member: true };

/** A directory of a Slack whose channels are out of order for so many requests. */
async function directoryAfter(failures: number) {
  let asked = 0;
  const server = await serveHttp((request, response) => {
    const isChannel = request.url?.endsWith('conversations.info') ?? false;
    const fails = isChannel && asked++ < failures;
    const body = isChannel
      ? { ok: true, channel: CHANNEL }
      : { ok: true, user: { id: 'U1', name: 'ada', is_bot: false } };
    response.writeHead(fails ? 503 : 200, { 'content-type': 'application/json' });
    response.end(fails ? '' : JSON.stringify(body));
  });
  const log = { info() {}, warn() {}, error() {} };
  const client = new webApi.WebClient('xoxb-1', {
    slackApiUrl: `${server.url}/api/`,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: createBoltLog(log),
  });
  const stop = new AbortController().signal;
  return createDirectory({
    api: createSlackApi({ client, log, stop, onRevoked() {} }),
    teamId: 'T1',
    log,
  });
}

test('who has patience outlives an outage in which the look-up that they share gives up', async () => {
  // More than `short` has attempts.
  const directory = await directoryAfter(4);
  const [person, place] = await Promise.all([
    directory.person('U1', 'C1'),
    directory.place('C1', '', 'long'),
  ]);
  expect(person).toMatchObject({ id: 'U1', name: 'ada', mayManageChannel: false });
  expect(place).toMatchObject({ channelName: 'photos', isMember: true });
});

test('who has none hears of it soon', async () => {
  const directory = await directoryAfter(4);
  await expect(directory.place('C1')).rejects.toMatchObject({ code: 'platform' });
});
