import { createHash } from 'node:crypto';
import type { PretendSourceOptions, SourceRequest, SourceRoute, SourceServer } from './serve-source.ts';
import { serveSource } from './serve-source.ts';

/** The Hub's look-ups of single repositories (huggingface.co/docs/hub/api). */
export function startPretendHuggingFace(options: PretendSourceOptions, token: string): Promise<SourceServer> {
  const route = (folder: 'models' | 'datasets' | 'spaces'): SourceRoute => ({
    method: 'GET',
    path: `/api/${folder}/{namespace}/{name}/revision/{revision}`,
    serve: request => serveRepository(request, folder, options, token),
  });
  return serveSource(
    {
      source: 'huggingface',
      routes: [route('models'), route('datasets'), route('spaces')],
      limitStatus: 429,
      limitHeaders: (remaining, resetAt, now) => ({
        ratelimit: `"api";r=${remaining};t=${Math.ceil((resetAt - now) / 1000)}`,
        'ratelimit-policy': '"fixed window";"api";q=5000;w=3600',
      }),
    },
    options,
  );
}

function serveRepository(
  { params, query, authorization, figure, isRestricted }: SourceRequest,
  folder: string,
  { subjects }: PretendSourceOptions,
  token: string,
) {
  const name = `${params.namespace}/${params.name}`;
  const subject = folder === 'models' ? name : `${folder}/${name}`;
  const isKnown = authorization === `Bearer ${token}`;
  // Strangers are not told which private repositories there are.
  if (!subjects[subject]) {
    return isKnown
      ? { status: 404, body: { error: 'Repository not found' } }
      : { status: 401, body: { error: 'Invalid username or password.' } };
  }
  if (isRestricted) return { status: 403, body: { error: 'Access to this repository is restricted.' } };
  const fields: Readonly<Record<string, unknown>> = {
    private: false,
    gated: false,
    pipeline_tag: 'image-text-to-text',
    sdk: 'docker',
    lastModified: '2026-11-20T12:00:00.000Z',
    likes: figure(subject, 'likes'),
    downloads: figure(subject, 'downloads30Days'),
    downloadsAllTime: figure(subject, 'downloadsAllTime'),
  };
  const asked = query.getAll('expand').filter(field => fields[field] !== undefined);
  const id = createHash('sha256').update(subject).digest('hex').slice(0, 24);
  const body = { _id: id, id: name, ...Object.fromEntries(asked.map(field => [field, fields[field]])) };
  return { status: 200, body };
}
