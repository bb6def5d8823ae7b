import { formatBytes } from '../inference/memory.ts';
import { listStored } from '../inference/models/model-store.ts';
import { checkSize } from '../inference/models/verify-model.ts';
import type { Check } from './finding.ts';

/** Whether the files of the models that were pulled are all there, by their sizes; checksums take too long here. */
export function checkModels(cacheFolder: string): Check {
  return {
    check: 'models',
    timeoutMs: 10_000,
    async run(signal) {
      const whole: string[] = [];
      const damaged: string[] = [];
      let begun = 0;
      let bytes = 0;
      for (const { model, folder, manifest } of await listStored(cacheFolder)) {
        signal.throwIfAborted();
        if (!manifest) {
          begun++;
          continue;
        }
        const faults = await Promise.all(manifest.files.map(file => checkSize(folder, file)));
        (faults.every(fault => fault === undefined) ? whole : damaged).push(model);
        bytes += manifest.files.reduce((sum, { size }) => sum + size, 0);
      }
      const details = { whole, damaged, begun, bytes };
      if (damaged.length > 0) {
        const message = `files are missing or cut off in ${damaged.join(', ')}: mend each with narrator models pull.`;
        return { verdict: 'fail', message, details };
      }
      const unfinished = begun > 0 ? `; ${begun} begun and not finished: narrator models pull goes on` : '';
      if (whole.length === 0) {
        return {
          verdict: 'note',
          message: `none was pulled; the embedded engine needs none${unfinished}`,
          details,
        };
      }
      return { verdict: 'ok', message: `${whole.join(', ')}, ${formatBytes(bytes)}${unfinished}`, details };
    },
  };
}

const APIS = {
  openai: {
    models: '/models',
    headers: (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` }),
    baseUrl: 'OPENAI_BASE_URL',
    key: 'OPENAI_API_KEY',
  },
  anthropic: {
    models: '/v1/models',
    headers: (key: string): Record<string, string> => ({
      'x-api-key': key,
      'anthropic-version': '2023-06-01',
    }),
    baseUrl: 'ANTHROPIC_BASE_URL',
    key: 'ANTHROPIC_API_KEY',
  },
} as const;

/**
 * Whether the endpoint that is set up for the openai or the anthropic engine answers. It is asked for its models, which
 * costs nothing; an endpoint may do without that list.
 *
 * @param baseUrl as in OPENAI_BASE_URL or ANTHROPIC_BASE_URL
 */
export function checkEndpoint(engine: keyof typeof APIS, baseUrl: string, apiKey: string | undefined): Check {
  const api = APIS[engine];
  return {
    check: `${engine} endpoint`,
    timeoutMs: 15_000,
    async run(signal) {
      const url = URL.parse(baseUrl.replace(/\/+$/, '') + api.models);
      if (!url || !/^https?:$/.test(url.protocol)) {
        return { verdict: 'fail', message: `${api.baseUrl} is not an http(s) address: correct it.` };
      }
      let status: number;
      try {
        const headers = apiKey ? api.headers(apiKey) : undefined;
        const response = await fetch(url, { headers, redirect: 'manual', signal });
        status = response.status;
        await response.body?.cancel();
      } catch (cause) {
        signal.throwIfAborted();
        const reason = ((cause as Error).cause as NodeJS.ErrnoException | undefined)?.code ?? 'no answer';
        return {
          verdict: 'fail',
          message: `${url.host} cannot be reached (${reason}): start the server, or correct ${api.baseUrl}.`,
        };
      }
      const details = { host: url.host, status };
      if (status === 401 || status === 403) {
        return {
          verdict: 'fail',
          message: `${url.host} does not accept the key: check ${api.key}.`,
          details,
        };
      }
      if (status >= 500) {
        return { verdict: 'fail', message: `${url.host} answers ${status}: see its log.`, details };
      }
      if (status !== 200) {
        return {
          verdict: 'warn',
          message: `${url.host} answers, but ${status} when asked for its models`,
          details,
        };
      }
      return { verdict: 'ok', message: `${url.host} answers`, details };
    },
  };
}
