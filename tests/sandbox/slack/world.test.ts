import { expect, test } from 'vitest';
import { MessageClock } from '../../../src/sandbox/slack/ids.ts';
import { readManifest } from '../../../src/sandbox/slack/manifest.ts';
import { writePersonText } from '../../../src/sandbox/slack/person-text.ts';
import { callSlack } from './call-slack.ts';

test('time stamps grow, also within a millisecond and when the clock goes back', () => {
  let now = 1_700_000_000_000;
  const clock = new MessageClock(() => now);
  const stamps = [clock.next(), clock.next()];
  now -= 5000;
  stamps.push(clock.next());
  expect(stamps).toEqual(['1700000000.000000', '1700000000.000001', '1700000000.000002']);
});

test('what a person types becomes mentions, links and escaped text', () => {
  const users = [{ id: 'U0000000001', name: 'Visual Narrator', role: 'member' as const, isBot: true }];
  expect(writePersonText('@visual narrator, see https://example.com & <b>', users)).toEqual({
    text: '<@U0000000001>, see <https://example.com> &amp; &lt;b&gt;',
    block: {
      type: 'rich_text',
      elements: [
        {
          type: 'rich_text_section',
          elements: [
            { type: 'user', user_id: 'U0000000001' },
            { type: 'text', text: ', see ' },
            { type: 'link', url: 'https://example.com' },
            { type: 'text', text: ' & <b>' },
          ],
        },
      ],
    },
  });
  expect(writePersonText('<!channel> @nobody', users).text).toBe('&lt;!channel&gt; @nobody');
});

test('the workspace has people of each role, channels, and a direct message for each person', async () => {
  await using called = await callSlack();
  const { bot, channels, commands, people, shortcuts } = called.slack.snapshot(called.personId);
  expect(people.map(person => person.role)).toEqual(['owner', 'moderator', 'member', 'member']);
  expect(channels.map(channel => channel.name)).toEqual([
    'general',
    'photos',
    'accessibility',
    'no-robots',
    'visual-narrator',
  ]);
  expect(channels.find(channel => channel.name === 'no-robots')?.topic).toContain('#nobot');
  expect([bot.isConnected, commands.map(command => command.name), shortcuts]).toEqual([
    false,
    ['narrate'],
    ['Describe image'],
  ]);
  expect(await called.call('users.info', { user: people[1]!.id })).toMatchObject({
    user: { is_admin: true, is_owner: false },
  });
  const direct = await called.call('conversations.open', { users: called.personId });
  expect(direct).toMatchObject({ channel: { id: called.channel('visual-narrator') } });
});

test('a test can have many channels and people', async () => {
  const channels = Array.from({ length: 20 }, (_, index) => ({ name: `c${index}`, isPrivate: index === 0 }));
  const people = Array.from({ length: 50 }, (_, index) => ({
    name: index === 0 ? 'maya' : `p${index}`,
    role: 'member' as const,
  }));
  await using called = await callSlack({ channels, people });
  expect(called.slack.people).toHaveLength(50);
  const listed = await called.call('conversations.list', {
    limit: 100,
    types: 'public_channel,private_channel',
  });
  expect(listed.channels).toHaveLength(20);
  expect((await called.call('conversations.list', {})).channels).toHaveLength(19);
});

test('a channel keeps its last 500 messages', async () => {
  await using called = await callSlack();
  const { slack, personId } = called;
  const channelId = called.channel('general');
  const posts = [];
  for (let count = 0; count < 501; count++)
    posts.push(await slack.post({ personId, channelId, text: `${count}`, files: [] }));
  const history = await called.call('conversations.history', { channel: channelId, limit: 1000 });
  expect(history.messages).toHaveLength(500);
  await expect(slack.setAltText(posts[0]!.messageId, 0, 'x')).rejects.toThrow('There is no message');
});

test('people cannot do what Slack would not let them', async () => {
  await using called = await callSlack();
  const { slack, personId } = called;
  const channelId = called.channel('general');
  const run = (command: string, files: { name: string; bytes: Uint8Array }[] = []) =>
    slack.runCommand({ personId, channelId, command, options: {}, files });
  await expect(run('nothing')).rejects.toThrow('/nothing is not a valid command');
  await expect(run('narrate', [{ name: 'a.png', bytes: new Uint8Array(1) }])).rejects.toThrow(
    'carry no files',
  );
  await expect(slack.post({ personId, channelId, text: '', files: [] })).rejects.toThrow('no empty messages');
  await expect(slack.press({ personId, channelId, messageId: '1.2', actionId: 'a' })).rejects.toThrow(
    'sees no message',
  );
});

test('a manifest that Slack would refuse is refused', () => {
  expect(() => readManifest({ display_information: { name: 'x'.repeat(36) } })).toThrow();
});
