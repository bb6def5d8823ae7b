import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawPng } from '../../src/inference/image/encode-png.ts';
import { createNarrationService, type NarrationService } from '../../src/inference/narration-service.ts';
import { isDescription, startWorkspace } from './slack-workspace.ts';

const RED = drawPng(320, 240, () => [200, 30, 40]);

let narration: NarrationService;
beforeAll(() => {
  narration = createNarrationService({
    engines: [{ engine: 'embedded', cacheFolder: null }],
    env: process.env,
  });
});
afterAll(() => narration.close(0));

describe('mentions', () => {
  test('a mention with an image is answered in its thread', async () => {
    const workspace = await startWorkspace({ narration });
    const general = workspace.channel('general');
    const ts = await workspace.post('maya', general, '@Visual Narrator please', [RED]);
    const answer = await workspace.seen('kofi', general, isDescription);
    expect(answer.threadTs).toBe(ts);
    expect(answer.text).toMatch(/red/u);
    expect(workspace.slack.problems()).toEqual([]);
  });
});
