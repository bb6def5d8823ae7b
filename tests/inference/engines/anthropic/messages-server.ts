import type { Reply } from '../openai/chat-server.ts';

/** A whole answer of the Messages API. */
export function tells(text: string | null, extra: object = {}): Reply {
  return response => {
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'm',
        content: text === null ? [] : [{ type: 'text', text, citations: null }],
        stop_reason: 'end_turn',
        stop_sequence: null,
        usage: { input_tokens: 900, output_tokens: 30 },
        ...extra,
      }),
    );
  };
}

/** An error as Anthropic's API gives it. */
export function errs(
  status: number,
  type: string,
  message = 'no',
  headers: Record<string, string> = {},
): Reply {
  return response => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ type: 'error', error: { type, message }, request_id: 'req_1' }));
  };
}

/** The server-sent events of an answer in pieces; without `stop_reason` it breaks off. */
export function messageEvents(
  pieces: readonly string[],
  stopReason: string | null = 'end_turn',
): readonly string[] {
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [] };
  const usage = { input_tokens: 9, output_tokens: 1 };
  return [
    named('message_start', { message: { ...message, stop_reason: null, usage } }),
    named('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    named('ping', {}),
    ...pieces.map(text => named('content_block_delta', { index: 0, delta: { type: 'text_delta', text } })),
    ...(stopReason === null
      ? []
      : [
          named('content_block_stop', { index: 0 }),
          named('message_delta', { delta: { stop_reason: stopReason }, usage: { output_tokens: 4 } }),
          named('message_stop', {}),
        ]),
  ];
}

export function named(type: string, data: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
}
