import { expect, it } from 'vitest';
import { chooseDevices } from '../../../src/inference/models/choose-device.ts';
import { type ProbedDevice, probeDevice } from '../../../src/inference/models/probe-device.ts';

const broken: ProbedDevice = { fault: 'no such device' };
const taking = (milliseconds: number): ProbedDevice => ({ milliseconds });

it.each([
  ['a graphics card with CUDA', { cuda: taking(2), webgpu: taking(3), cpu: taking(20) }, ['cuda', 'cpu']],
  ['a graphics card without CUDA', { cuda: broken, webgpu: taking(3), cpu: taking(20) }, ['webgpu', 'cpu']],
  ['a software renderer', { cuda: broken, webgpu: taking(300), cpu: taking(20) }, ['cpu']],
  ['no graphics card', { cuda: broken, webgpu: broken, cpu: taking(20) }, ['cpu']],
])('with %s, auto is found out by trying', async (_, probed, devices) => {
  expect(await chooseDevices('auto', undefined, async device => probed[device])).toEqual(devices);
});

it('a device that was asked for is taken or refused, never replaced', async () => {
  expect(await chooseDevices('webgpu', undefined, async () => taking(300))).toEqual(['webgpu']);
  await expect(chooseDevices('cuda', undefined, async () => broken)).rejects.toMatchObject({
    code: 'device-unavailable',
    cause: expect.objectContaining({ message: 'no such device' }),
  });
});

it('the CPU runs a network', async () => {
  expect(await probeDevice('cpu')).toEqual({ milliseconds: expect.any(Number) });
});

it('trying is given up when nobody waits any more', async () => {
  const reason = new Error('enough');
  await expect(probeDevice('cpu', AbortSignal.abort(reason))).rejects.toBe(reason);
});
