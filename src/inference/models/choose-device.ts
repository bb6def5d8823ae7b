import { ModelError } from '../model-error.ts';
import type { Device } from './dtypes.ts';
import { probeDevice } from './probe-device.ts';

export type WantedDevice = 'auto' | Device;

const REMEDIES: Readonly<Record<Device, string>> = {
  cpu: 'Run npm install again: ONNX Runtime itself does not work.',
  webgpu:
    'It needs a Vulkan driver (libvulkan1 and the card’s own, Mesa 25 or newer on Debian): see docs/models.md, or use --device cpu.',
  cuda: 'It needs an NVIDIA driver, CUDA 12 and ONNX Runtime’s CUDA files: see docs/models.md, or use --device cpu.',
};

/**
 * The devices to load a model on, the best first. What `auto` means is found out by trying: CUDA where it works, else
 * WebGPU where it works and is no slower than the CPU (a software renderer is), else the CPU.
 *
 * @throws ModelError `device-unavailable` where the device that was asked for does not work
 */
export async function chooseDevices(
  wanted: WantedDevice,
  signal?: AbortSignal,
  probe = probeDevice,
): Promise<Device[]> {
  if (wanted === 'cpu') return ['cpu'];
  if (wanted !== 'auto') {
    const probed = await probe(wanted, signal);
    if ('milliseconds' in probed) return [wanted];
    throw new ModelError(
      'device-unavailable',
      `The device "${wanted}" does not run models here.`,
      REMEDIES[wanted],
      { cause: new Error(probed.fault) },
    );
  }
  const [cuda, webgpu] = await Promise.all([probe('cuda', signal), probe('webgpu', signal)]);
  if ('milliseconds' in cuda) return ['cuda', 'cpu'];
  if ('fault' in webgpu) return ['cpu'];
  const cpu = await probe('cpu', signal);
  return 'milliseconds' in cpu && cpu.milliseconds < webgpu.milliseconds ? ['cpu'] : ['webgpu', 'cpu'];
}
