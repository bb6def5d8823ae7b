import { LogLevel } from '@slack/bolt';
import { expect, test } from 'vitest';
import { createBoltLog, withoutSecrets } from '../../../src/bots/slack/bolt-log.ts';

test.each([
  'xoxb-123-456-AbCdEf',
  'xapp-1-A1-2-abcdef0123',
  'xoxe.xoxb-1-Mi0yLTE',
  'wss://wss-primary.slack.com/link/?ticket=abc&app_id=1',
  'https://hooks.slack.com/commands/T1/2/abcdef',
])('%s is not printed', secret => {
  expect(withoutSecrets(`before ${secret} after`)).toBe('before [secret] after');
});

test('warnings and errors go on with what they say; what is below does not, since it holds whole requests', () => {
  const lines: string[] = [];
  const write = (level: string) => (fields: object, message: string) =>
    lines.push(`${level} ${JSON.stringify(fields)} ${message}`);
  const log = createBoltLog({ info: write('info'), warn: write('warn'), error: write('error') });
  log.setLevel(LogLevel.DEBUG);
  log.debug('a request', { token: 'xoxb-1' });
  log.info('connected');
  log.warn('http request failed', 'xoxb-1-2');
  log.error(Object.assign(new Error('broken'), { config: { token: 'xoxb-1' } }));
  expect(lines).toEqual([
    'warn {"source":"bolt"} http request failed [secret]',
    'error {"source":"bolt"} Error: broken',
  ]);
});
