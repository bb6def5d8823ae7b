import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type LocalServer, serveHttp } from '../../image/serve-locally.ts';

/** What of a request the tests look at. */
interface ChatRequest {
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: {
    model: string;
    messages: { role: string; content: unknown }[];
    stream?: boolean;
    temperature?: number;
    max_tokens?: number;
    max_completion_tokens?: number;
  };
}

export type Reply = (response: ServerResponse, request: ChatRequest) => void;

export interface ChatServer extends LocalServer {
  readonly requests: readonly ChatRequest[];
  readonly baseUrl: string;
}

/** A server with the chat completions API that answers with one reply after the other; the last one again and again. */
export async function serveChat(...replies: Reply[]): Promise<ChatServer> {
  const requests: ChatRequest[] = [];
  const server = await serveHttp(async (incoming, response) => {
    const { url = '', headers } = incoming;
    const request = { url, headers, body: JSON.parse(await text(incoming)) };
    requests.push(request);
    replies[Math.min(requests.length, replies.length) - 1]!(response, request);
  });
  return { ...server, requests, baseUrl: `${server.url}/v1` };
}

/** A whole answer. */
export function says(content: string | null, extra: object = {}): Reply {
  return response => {
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        id: 'c',
        object: 'chat.completion',
        created: 1,
        model: 'm',
        choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 900, completion_tokens: 30, total_tokens: 930 },
        ...extra,
      }),
    );
  };
}

/** An error as OpenAI's API gives it. */
export function fails(
  status: number,
  error: object = { message: 'no' },
  headers: Record<string, string> = {},
): Reply {
  return response => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ error }));
  };
}

/** Bytes as they are. */
export function sends(body: string | Uint8Array, type = 'application/json'): Reply {
  return response => {
    response.setHeader('content-type', type);
    response.end(body);
  };
}

/** A server-sent event that holds a piece of an answer. */
export function piece(content: string | null, finish_reason: string | null = null): string {
  return event({ choices: [{ index: 0, delta: content === null ? {} : { content }, finish_reason }] });
}

export function event(part: object): string {
  return `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', ...part })}\n\n`;
}

/** A streamed answer: each event in a packet of its own. */
export function streams(
  events: readonly string[],
  end: (response: ServerResponse) => void = r => r.end(),
): Reply {
  return async response => {
    response.setHeader('content-type', 'text/event-stream');
    for (const each of events) {
      response.write(each);
      await new Promise(resolve => setImmediate(resolve));
    }
    end(response);
  };
}
