import { describe, expect, it } from 'vitest';
import { checkEngine } from '../../src/doctor/engine-checks.ts';
import { type Check, runCheck } from '../../src/doctor/finding.ts';
import { checkNode } from '../../src/doctor/machine-checks.ts';
import { checkBackend, checkOnnxRuntime } from '../../src/doctor/native-checks.ts';

const signal = new AbortController().signal;
const check = (run: Check['run'], timeoutMs = 1000): Check => ({ check: 'test', timeoutMs, run });

describe('a check', () => {
  it('fails when it throws, and says why', async () => {
    const failing = check(async () => {
      throw new Error('No such thing.');
    });
    expect(await runCheck(failing, signal)).toEqual({
      check: 'test',
      verdict: 'fail',
      message: 'No such thing.',
    });
  });

  it('fails when it does not end', async () => {
    const endless = check(() => new Promise(() => {}), 50);
    expect(await runCheck(endless, signal)).toMatchObject({
      verdict: 'fail',
      message: expect.stringContaining('0.05'),
    });
  });

  it('ends when the person has had enough', async () => {
    const controller = new AbortController();
    const checked = runCheck(
      check(() => new Promise(() => {})),
      controller.signal,
    );
    controller.abort(new Error('enough'));
    await expect(checked).rejects.toThrow('enough');
  });
});

it('an old Node fails', async () => {
  expect(await runCheck(checkNode('22.9.0', '/usr/bin/node'), signal)).toMatchObject({ verdict: 'fail' });
});

it('a backend that does not load is noted, and one that does is not', async () => {
  const found = await runCheck(checkBackend('nothing', process.env), signal);
  expect(found).toMatchObject({ verdict: 'note', details: { works: false, missing: [] } });
  expect(await runCheck(checkBackend('cpu', process.env), signal)).toMatchObject({ verdict: 'ok' });
});

it('a probe that is ended by a signal fails and says so', async () => {
  const aborting = 'data:text/javascript,process.abort()';
  const found = await runCheck(
    checkOnnxRuntime({ ...process.env, NODE_OPTIONS: `--import ${aborting}` }),
    signal,
  );
  expect(found).toMatchObject({ verdict: 'fail', message: 'the process that tried it was ended by SIGABRT' });
});

it('an engine that cannot be made fails', async () => {
  const config = { engine: 'nothing', cacheFolder: null } as unknown as Parameters<typeof checkEngine>[0];
  expect(await runCheck(checkEngine(config, process.env), signal)).toMatchObject({
    check: 'nothing engine',
    verdict: 'fail',
  });
});
