import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createXPoster } from '../../../src/launch/x/create-x-poster.ts';
import { startPretendAccount } from '../../../src/sandbox/x/start-pretend-account.ts';
import { pictureOf } from '../../launch/outbox/outbox-stage.ts';
import { OpenApiConformance } from '../openapi-conformance.ts';

const DESCRIPTION = new URL('../../../../shared/specs/x-openapi.json', import.meta.url);
const WITHOUT = existsSync(DESCRIPTION) ? '' : ' (skipped: ../shared/specs/x-openapi.json is not there)';
const signal = new AbortController().signal;

describe.skipIf(WITHOUT !== '')(`posting on the pretend X${WITHOUT}`, () => {
  it('is asked and answers as X’s API description says', async () => {
    const conformance = new OpenApiConformance(JSON.parse(readFileSync(DESCRIPTION, 'utf8')));
    const x = await startPretendAccount({ names: 'description', recorder: conformance });
    try {
      const poster = createXPoster(x.account);
      const png = Buffer.from(pictureOf('a.png').pngBase64, 'base64');
      const picture = await poster.upload(png, 'A chart.', signal);
      const first = await poster.send(
        { text: 'First & <last> example.com', mediaIds: [picture], replyTo: null },
        signal,
      );
      const second = await poster.send({ text: 'Second', mediaIds: [], replyTo: first.id }, signal);
      const posts = await poster.ownPosts(Date.now() - 60_000, signal);
      expect(posts.map(({ id, replyTo }) => ({ id, replyTo }))).toEqual([
        { id: second.id, replyTo: first.id },
        { id: first.id, replyTo: null },
      ]);
      expect(posts[1]!.says('First & <last> example.com')).toBe(true);
      const again = poster.send({ text: 'Second', mediaIds: [], replyTo: first.id }, signal);
      await expect(again).rejects.toMatchObject({ code: 'x-duplicate' });
      x.faults.arm('send', 'limited');
      const limited = poster.send({ text: 'Third', mediaIds: [], replyTo: first.id }, signal);
      await expect(limited).rejects.toMatchObject({ code: 'x-limited', until: expect.any(Number) });
      const refused = poster.send({ text: 'x'.repeat(281), mediaIds: [], replyTo: null }, signal);
      await expect(refused).rejects.toMatchObject({ code: 'x-refused' });
      const wrong = createXPoster({ ...x.account, accessSecret: 'another' });
      const stranger = wrong.send({ text: 'Fourth', mediaIds: [], replyTo: null }, signal);
      await expect(stranger).rejects.toMatchObject({ code: 'x-account' });
    } finally {
      await x.close();
    }
    expect(conformance.faults).toEqual([]);
    expect(conformance.missing).toEqual(new Set());
    expect(conformance.seen).toEqual(
      new Map([
        ['POST /2/media/upload/initialize', new Set([200])],
        ['POST /2/media/upload/{id}/append', new Set([200])],
        ['POST /2/media/upload/{id}/finalize', new Set([200])],
        ['POST /2/media/metadata', new Set([200])],
        ['POST /2/tweets', new Set([201, 403, 429, 400, 401])],
        ['GET /2/users/me', new Set([200])],
        ['GET /2/users/{id}/tweets', new Set([400, 200])],
      ]),
    );
  });
});
