import { ANTHROPIC } from '../inference/engines/anthropic/anthropic-api.ts';
import { defaultCacheFolder } from '../inference/model-cache.ts';
import { checkDetector, checkEngine } from './engine-checks.ts';
import { type Finding, runCheck } from './finding.ts';
import { checkCache, checkMachine, checkNode } from './machine-checks.ts';
import { checkEndpoint, checkModels } from './model-checks.ts';
import { checkBackend, checkGpu, checkOnnxRuntime, checkSharp } from './native-checks.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** ONNX Runtime's backends for graphics cards on each platform, as of onnxruntime-node 1.30. */
const GPU_BACKENDS: Readonly<Record<string, readonly string[]>> = {
  'linux x64': ['webgpu', 'cuda'],
  'win32 x64': ['webgpu', 'dml'],
  'win32 arm64': ['webgpu', 'dml'],
  'darwin arm64': ['webgpu', 'coreml'],
};

/**
 * Checks this machine and this installation, one thing after the other.
 *
 * @throws the signal's reason when aborted
 */
export async function* examine(env: Environment, signal: AbortSignal): AsyncGenerator<Finding> {
  const cacheFolder = defaultCacheFolder(env);
  const backends = GPU_BACKENDS[`${process.platform} ${process.arch}`] ?? [];
  const checks = [
    checkNode(process.versions.node, process.execPath),
    checkMachine(),
    checkGpu(),
    checkSharp(env),
    checkOnnxRuntime(env),
    ...backends.map(backend => checkBackend(backend, env)),
    checkCache(cacheFolder),
    checkDetector(),
    checkModels(cacheFolder),
    ...(env.OPENAI_BASE_URL ? [checkEndpoint('openai', env.OPENAI_BASE_URL, env.OPENAI_API_KEY)] : []),
    ...(env.ANTHROPIC_API_KEY
      ? [checkEndpoint('anthropic', env.ANTHROPIC_BASE_URL || ANTHROPIC, env.ANTHROPIC_API_KEY)]
      : []),
    checkEngine({ engine: 'embedded', cacheFolder }, env),
  ];
  for (const check of checks) yield await runCheck(check, signal);
}
