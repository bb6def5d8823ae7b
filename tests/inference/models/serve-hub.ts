import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { serveHttp } from '../image/serve-locally.ts';

interface ServedModel {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly licence?: string;
  /** What the list says instead of the truth, by path. */
  readonly listed?: Readonly<Record<string, { path?: string; size?: number }>>;
}

/** What goes wrong, each as often as it says; removed when it was done. */
interface HubFault {
  readonly path: string;
  readonly kind:
    | 'drop'
    | 'hang'
    | 'wrong-bytes'
    | 'no-range'
    | 'wrong-range'
    | 'long'
    | { status: number; retryAfter?: string };
  times: number;
}

interface ServedRequest {
  readonly server: 'hub' | 'cdn';
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

export interface LocalHub {
  readonly url: string;
  readonly requests: ServedRequest[];
  readonly faults: HubFault[];
  /** Requests for the bytes of a file, the redirected ones counted once. */
  requestsFor(path: string): ServedRequest[];
  /** The bytes of files that were sent. */
  sentBytes(): number;
  /** Lets a model become another commit. */
  publish(id: string, model: ServedModel): void;
}

/** From this size on, files lie on the other server, as the Hub's large files do. */
const LARGE = 5000;

/**
 * A server that speaks the part of the Hub's protocol that pulling needs, and a second one for the bytes of large
 * files, on another port, until the test ends.
 *
 * @param token what requests have to bring; none unless told
 */
export async function serveHub(
  models: Readonly<Record<string, ServedModel>>,
  { token }: { token?: string } = {},
): Promise<LocalHub> {
  const served = new Map(Object.entries(models));
  const requests: ServedRequest[] = [];
  const faults: HubFault[] = [];
  let sent = 0;

  const takeFault = (path: string) => {
    const fault = faults.find(candidate => candidate.path === path && candidate.times > 0);
    if (fault) fault.times--;
    return fault?.kind;
  };

  const sendFile = (request: IncomingMessage, response: ServerResponse, path: string, bytes: Uint8Array) => {
    const fault = takeFault(path);
    if (typeof fault === 'object') {
      if (fault.retryAfter !== undefined) response.setHeader('retry-after', fault.retryAfter);
      response.writeHead(fault.status).end();
      return;
    }
    const asked = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const from = fault === 'no-range' ? 0 : asked;
    let body = bytes.subarray(from);
    if (fault === 'wrong-bytes') body = Uint8Array.from(body, byte => byte ^ 1);
    if (fault === 'long') body = Buffer.concat([body, Buffer.from('more')]);
    const first = fault === 'wrong-range' ? Math.max(0, from - 1) : from;
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': body.length,
      ...(from > 0 ? { 'content-range': `bytes ${first}-${bytes.length - 1}/${bytes.length}` } : {}),
    });
    if (fault === 'drop' || fault === 'hang') {
      const half = body.subarray(0, Math.floor(body.length / 2));
      sent += half.length;
      response.write(half, () => {
        if (fault === 'drop') setTimeout(() => response.destroy(), 20);
      });
      return;
    }
    sent += body.length;
    response.end(body);
  };

  const cdn = await serveHttp((request, response) => {
    const url = new URL(request.url!, 'http://cdn');
    const path = url.searchParams.get('path')!;
    requests.push({ server: 'cdn', path, headers: request.headers });
    const model = served.get(url.searchParams.get('model')!)!;
    sendFile(request, response, path, model.files.get(path)!);
  });

  const hub = await serveHttp((request, response) => {
    const url = new URL(request.url!, 'http://hub');
    const path = decodeURIComponent(url.pathname);
    const file = /^\/(?<id>[^/]+\/[^/]+)\/resolve\/(?<commit>[0-9a-f]{40})\/(?<file>.+)$/.exec(path)?.groups;
    requests.push({ server: 'hub', path: file?.file ?? path, headers: request.headers });
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) {
      json(response, { error: 'Access to this model is restricted.' }, 401);
      return;
    }
    if (file) {
      const { id, commit, file: name } = file as Record<'id' | 'commit' | 'file', string>;
      const model = served.get(id);
      const bytes = model?.files.get(name);
      if (!model || !bytes || commitOf(model) !== commit) {
        json(response, { error: 'Entry not found' }, 404);
      } else if (bytes.length >= LARGE) {
        response.writeHead(302, {
          location: `${cdn.url}/?${new URLSearchParams({ model: id, path: name })}`,
          'x-linked-etag': `"${sha256(bytes)}"`,
          'x-linked-size': bytes.length,
          'x-repo-commit': commit,
        });
        response.end();
      } else {
        response.setHeader('etag', `"${gitSha1(bytes)}"`);
        sendFile(request, response, name, bytes);
      }
      return;
    }
    const api = /^\/api\/models\/(?<id>[^/]+\/[^/]+)\/(?<what>revision|tree)\/(?<revision>.+)$/.exec(
      path,
    )?.groups;
    const model = api && served.get(api.id!);
    if (!api || !model || (api.revision !== 'main' && api.revision !== commitOf(model))) {
      json(response, { error: 'Repository not found' }, 404);
    } else {
      const body = api.what === 'revision' ? describeModel(api.id!, model) : listFiles(model);
      response.setHeader('content-type', 'application/json');
      const before = sent;
      sendFile(request, response, path, Buffer.from(JSON.stringify(body)));
      sent = before;
    }
  });

  return {
    url: hub.url,
    requests,
    faults,
    requestsFor: path => {
      const all = requests.filter(request => request.path === path);
      return all.some(({ server }) => server === 'cdn') ? all.filter(({ server }) => server === 'cdn') : all;
    },
    sentBytes: () => sent,
    publish: (id, model) => {
      served.set(id, model);
    },
  };
}

function json(response: ServerResponse, value: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function gitSha1(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

/** As a commit does, it depends on every file. */
function commitOf({ files }: ServedModel): string {
  const hash = createHash('sha1');
  for (const [path, bytes] of files) hash.update(path).update(bytes);
  return hash.digest('hex');
}

function describeModel(id: string, model: ServedModel): object {
  return {
    _id: '0123456789abcdef01234567',
    id,
    sha: commitOf(model),
    private: false,
    gated: false,
    likes: 0,
    downloads: 0,
    lastModified: '2026-01-01T00:00:00.000Z',
    cardData: model.licence === undefined ? {} : { license: model.licence },
  };
}

function listFiles({ files, listed = {} }: ServedModel): object[] {
  return [...files].map(([path, bytes]) => {
    const { size = bytes.length, path: shown = path } = listed[path] ?? {};
    return {
      type: 'file',
      path: shown,
      size,
      oid: gitSha1(bytes),
      ...(bytes.length >= LARGE ? { lfs: { oid: sha256(bytes), size, pointerSize: 130 } } : {}),
    };
  });
}
