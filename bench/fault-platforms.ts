import { setTimeout as wait } from 'node:timers/promises';
import type { Side } from './fault-requests.ts';
import type { Scenario } from './fault-scenario.ts';

export const OUTAGE_MS = 6000;
const CONNECTED_WITHIN_MS = 20_000;
/** Interactions whose acknowledgement the fault held up: the platform says so to the person. */
const LATE = /not acknowledged within|code 10062/;
/** Interactions while there was no socket: the platform says so to the person. */
const UNREACHED = /did not respond in time: (?:no connection|the connection was closed)/;
const EXPIRED = /code 50027|code 10062|expired_url/;

/** What befalls Discord's gateway and its REST API. */
export function gatewayFaults(onDiscord: Side): Scenario[] {
  const sides = [onDiscord];
  const { faults } = onDiscord.platform;
  return [
    {
      name: 'Discord: gateway cut, and resumed',
      sides,
      strike: async () => faults.dropConnections('cut'),
    },
    {
      name: 'Discord: gateway asks to connect again',
      sides,
      strike: async () => faults.dropConnections('reconnect'),
    },
    {
      name: 'Discord: session invalidated',
      sides,
      async strike() {
        faults.dropConnections('invalid-session');
        await untilConnected(onDiscord);
      },
    },
    {
      name: 'Discord: 12 requests answered 429, retry after 2 s',
      sides,
      expected: LATE,
      ...limited(onDiscord, /^\//),
    },
    {
      name: 'Discord: REST answers 503 for 6 s',
      sides,
      expected: LATE,
      ...outage(onDiscord, /^\//, 503),
    },
  ];
}

/** What befalls Slack's socket and its Web API. */
export function socketFaults(onSlack: Side): Scenario[] {
  const sides = [onSlack];
  const { faults } = onSlack.platform;
  const drop = (how: 'cut' | 'refresh' | 'warning') => async () => faults.dropConnections(how);
  return [
    { name: 'Slack: socket cut', sides, expected: UNREACHED, strike: drop('cut') },
    { name: 'Slack: `disconnect`, refresh', sides, expected: UNREACHED, strike: drop('refresh') },
    { name: 'Slack: `disconnect`, warning', sides, expected: UNREACHED, strike: drop('warning') },
    { name: 'Slack: 12 calls answered 429, retry after 2 s', sides, ...limited(onSlack, /^\/api\//) },
    { name: 'Slack: Web API answers 503 for 6 s', sides, ...outage(onSlack, /^\/api\//, 503) },
  ];
}

/** What the platforms gave out counts no longer. */
export function expiries(both: readonly Side[]): Scenario[] {
  return [
    {
      name: 'Interactions expire before the answer',
      sides: both,
      ways: ['menu', 'command', 'button'],
      expected: EXPIRED,
      async strike() {
        for (const { platform } of both) platform.faults.expireInteractions();
      },
    },
    {
      name: 'Image addresses expire',
      sides: both,
      afterMs: 0,
      async strike() {
        for (const { platform } of both) platform.faults.expireImageUrls();
      },
    },
  ];
}

async function untilConnected(side: Side): Promise<void> {
  // The bot hears of it a moment after the platform.
  for (let waited = 0; waited < CONNECTED_WITHIN_MS && side.isConnected; waited += 50) {
    if (waited >= 500) break;
    await wait(50);
  }
  for (let waited = 0; waited < CONNECTED_WITHIN_MS && !side.isConnected; waited += 50) await wait(50);
}

/** REST answers with a status for a while. */
function outage(side: Side, path: RegExp, status: number): Pick<Scenario, 'strike' | 'end'> {
  return {
    async strike() {
      side.platform.faults.failRequests(path, status, 10_000);
    },
    async end() {
      await wait(OUTAGE_MS);
      side.platform.faults.failRequests(path, status, 0);
    },
  };
}

/** REST limits the next requests, each for two seconds. */
function limited(side: Side, path: RegExp): Pick<Scenario, 'strike'> {
  return {
    async strike() {
      side.platform.faults.failRequests(path, 429, 12, 2);
    },
  };
}
