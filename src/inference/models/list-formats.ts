import { familyOf } from '../engines/vlm/families.ts';
import { loadTransformers } from '../load-transformers.ts';
import { DTYPES, type Dtype, onnxBytes, partPath } from './dtypes.ts';
import { fileUrl, listHubFiles, readHubModel } from './hub-client.ts';
import { type HubAccess, requestText } from './hub-request.ts';
import { modelParts, parseModelConfig } from './model-config.ts';

/** A number format that a model has on the Hub. */
interface HubFormat {
  readonly dtype: Dtype;
  /** Bytes of the ONNX files. */
  readonly onnxBytes: number;
}

export interface HubFormats {
  readonly commit: string;
  readonly family: string;
  readonly licence: string | undefined;
  /** Only formats that all parts have; the smallest first. */
  readonly formats: readonly HubFormat[];
}

/** What a model on the Hub would take, without downloading it. @throws ModelError; the signal's reason when aborted */
export async function listFormats(
  access: HubAccess,
  model: string,
  revision: string,
  signal?: AbortSignal,
): Promise<HubFormats> {
  const { commit, licence } = await readHubModel(access, model, revision, signal);
  const files = new Map(
    (await listHubFiles(access, model, commit, signal)).map(({ path, size }) => [path, size]),
  );
  const url = fileUrl(access, model, commit, 'config.json');
  const config = parseModelConfig((await requestText(access, url, model, signal)).text, model);
  const family = familyOf(config.model_type, model).name;
  const parts = await modelParts(await loadTransformers(), config);
  const formats = DTYPES.filter(dtype => parts.every(part => files.has(partPath(part, dtype))))
    .map(dtype => {
      const dtypes = Object.fromEntries(parts.map(part => [part, dtype]));
      return { dtype, onnxBytes: onnxBytes(files, dtypes) };
    })
    .sort((a, b) => a.onnxBytes - b.onnxBytes);
  return { commit, family, licence, formats };
}
