import type Anthropic from '@anthropic-ai/sdk';
import { z } from 'zod';
import { type Answer, type EndpointQuestion, MOST_CHARS } from '../endpoint/endpoint-api.ts';

interface Question extends EndpointQuestion {
  readonly model: string;
  /** Whether the model is told not to think first: some do not take it. */
  readonly forbidsThinking: boolean;
}

const count = z.number().int().nonnegative().nullish().catch(undefined);
const usage = z.object({ input_tokens: count, output_tokens: count }).nullish().catch(undefined);
const stop_reason = z.string().nullish();
const block = z.object({ type: z.string(), text: z.string().optional() });
const message = z.object({ type: z.literal('message'), content: z.array(block), stop_reason, usage });
const event = z.object({
  type: z.string(),
  message: z.object({ usage }).optional(),
  delta: z.object({ text: z.string().optional(), stop_reason }).optional(),
  usage,
});

/**
 * Asks once with Anthropic's Messages API (https://platform.claude.com/docs/en/api/messages).
 *
 * @param onText told the whole text so far as it grows; where it is absent the answer comes in one piece
 * @throws what the client throws; ZodError where the answer has another form
 */
export async function askAnthropic(
  client: Anthropic,
  { model, prompt, image, maxTokens, forbidsThinking }: Question,
  signal: AbortSignal,
  onText?: (textSoFar: string) => void,
): Promise<Answer> {
  const request = {
    model,
    system: prompt.system,
    max_tokens: maxTokens,
    // Thoughts would count towards the limit, which is to be the same for all models.
    ...(forbidsThinking ? { thinking: { type: 'disabled' as const } } : {}),
    messages: [
      {
        role: 'user' as const,
        content: [
          ...(image === null
            ? []
            : [
                {
                  type: 'image' as const,
                  source: { type: 'base64' as const, media_type: 'image/jpeg' as const, data: image },
                },
              ]),
          { type: 'text' as const, text: prompt.user },
        ],
      },
    ],
  };
  if (!onText) {
    const { content, stop_reason, usage } = message.parse(await client.messages.create(request, { signal }));
    // It came whole, or it would not have parsed.
    return answerOf(content.map(({ text }) => text ?? '').join(''), stop_reason ?? 'end_turn', usage);
  }
  let text = '';
  let stopReason: string | null | undefined;
  let inputTokens: number | undefined;
  let outputTokens: number | undefined;
  const stream = await client.messages.create({ ...request, stream: true }, { signal });
  for await (const part of stream) {
    const { type, message, delta, usage } = event.parse(part);
    inputTokens = message?.usage?.input_tokens ?? usage?.input_tokens ?? inputTokens;
    // Each message_delta has the sum so far.
    if (type === 'message_delta') outputTokens = usage?.output_tokens ?? outputTokens;
    stopReason = delta?.stop_reason ?? stopReason;
    if (!delta?.text) continue;
    text += delta.text;
    onText(text);
    if (text.length > MOST_CHARS) {
      stopReason = 'max_tokens';
      break;
    }
  }
  return answerOf(text, stopReason, { input_tokens: inputTokens, output_tokens: outputTokens });
}

function answerOf(text: string, stopReason: string | null | undefined, used: z.infer<typeof usage>): Answer {
  const isCut = stopReason === 'max_tokens' || stopReason === 'model_context_window_exceeded';
  return {
    text,
    refusal: stopReason === 'refusal' ? text || 'refusal' : undefined,
    finishReason: isCut ? 'length' : (stopReason ?? undefined),
    inputTokens: used?.input_tokens ?? undefined,
    outputTokens: used?.output_tokens ?? undefined,
  };
}
