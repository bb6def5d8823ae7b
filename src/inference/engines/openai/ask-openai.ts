import type OpenAI from 'openai';
import { z } from 'zod';
import { type Answer, type EndpointQuestion, MOST_CHARS } from '../endpoint/endpoint-api.ts';

/** Parameters that some models refuse; `instead` is what they take. An endpoint's newer models differ from its older. */
export const REPLACEABLE = ['max_tokens', 'temperature', 'stream_options'] as const;
export type Replaceable = (typeof REPLACEABLE)[number];

/** What one request asks for. */
interface Question extends EndpointQuestion {
  readonly model: string;
  readonly detail: 'low' | 'high' | 'auto' | undefined;
  readonly temperature: number;
}

const count = z.number().int().nonnegative().nullish().catch(undefined);
const usage = z
  .object({
    prompt_tokens: count,
    completion_tokens: count,
    // OpenRouter's, in US dollars.
    cost: z.number().nonnegative().nullish().catch(undefined),
  })
  .nullish()
  .catch(undefined);
const spoken = z.object({ content: z.string().nullish(), refusal: z.string().nullish() });
const finish_reason = z.string().nullish();
const completion = z.object({ choices: z.array(z.object({ message: spoken, finish_reason })).min(1), usage });
const chunk = z.object({ choices: z.array(z.object({ delta: spoken.nullish(), finish_reason })), usage });

type Usage = z.infer<typeof usage>;

/**
 * Asks once.
 *
 * @param refused parameters that the endpoint is known to refuse
 * @param onText told the whole text so far as it grows; where it is absent the answer comes in one piece
 * @throws what the client throws; ZodError where the answer has another form
 */
export async function askOpenAi(
  client: OpenAI,
  question: Question,
  refused: ReadonlySet<Replaceable>,
  signal: AbortSignal,
  onText?: (textSoFar: string) => void,
): Promise<Answer> {
  const { model, prompt, image, detail, maxTokens, temperature } = question;
  const request = {
    model,
    messages: [
      { role: 'system' as const, content: prompt.system },
      {
        role: 'user' as const,
        content: [
          ...(image === null
            ? []
            : [{ type: 'image_url' as const, image_url: { url: asUrl(image), ...(detail && { detail }) } }]),
          { type: 'text' as const, text: prompt.user },
        ],
      },
    ],
    ...(refused.has('max_tokens') ? { max_completion_tokens: maxTokens } : { max_tokens: maxTokens }),
    ...(refused.has('temperature') ? {} : { temperature }),
  };
  if (!onText) {
    const { choices, usage } = completion.parse(await client.chat.completions.create(request, { signal }));
    const { message, finish_reason } = choices[0]!;
    return {
      text: message.content ?? '',
      refusal: message.refusal ?? undefined,
      // It came whole, or it would not have parsed.
      finishReason: finish_reason ?? 'stop',
      ...readUsage(usage),
    };
  }
  const stream = await client.chat.completions.create(
    {
      ...request,
      stream: true,
      ...(refused.has('stream_options') ? {} : { stream_options: { include_usage: true } }),
    },
    { signal },
  );
  let text = '';
  let refusal: string | undefined;
  let finishReason: string | undefined;
  let lastUsage: Usage;
  for await (const part of stream) {
    const { choices, usage } = chunk.parse(part);
    lastUsage = usage ?? lastUsage;
    const [choice] = choices;
    finishReason = choice?.finish_reason ?? finishReason;
    if (choice?.delta?.refusal) refusal = (refusal ?? '') + choice.delta.refusal;
    if (!choice?.delta?.content) continue;
    text += choice.delta.content;
    onText(text);
    if (text.length > MOST_CHARS) return { text, refusal, finishReason: 'length', ...readUsage(lastUsage) };
  }
  return { text, refusal, finishReason, ...readUsage(lastUsage) };
}

function asUrl(jpeg: string): string {
  return `data:image/jpeg;base64,${jpeg}`;
}

function readUsage(usage: Usage): Pick<Answer, 'inputTokens' | 'outputTokens' | 'costUsd'> {
  return {
    inputTokens: usage?.prompt_tokens ?? undefined,
    outputTokens: usage?.completion_tokens ?? undefined,
    costUsd: usage?.cost ?? undefined,
  };
}
