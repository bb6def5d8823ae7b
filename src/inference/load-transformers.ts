import type * as Transformers from '@huggingface/transformers';

/**
 * transformers.js, set up so that it reads local files only. Its settings are global to the process: this is the one
 * place that touches them. Imported late, since it loads ONNX Runtime and takes a tenth of a second.
 */
export async function loadTransformers(): Promise<typeof Transformers> {
  const transformers = await import('@huggingface/transformers');
  const { env, LogLevel } = transformers;
  // What is missing is downloaded by our own puller, which checks and keeps it; never by the library.
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  // By default these would keep files inside node_modules.
  env.useFSCache = false;
  env.useBrowserCache = false;
  env.useWasmCache = false;
  // It prints the inputs of a failed run, which hold the picture; the error itself is thrown.
  env.logLevel = LogLevel.NONE;
  return transformers;
}
