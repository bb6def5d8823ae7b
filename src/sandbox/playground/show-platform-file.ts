import type { Context } from 'hono';
import { request } from 'undici';
import { collectBytes } from '../../inference/image/collect-bytes.ts';
import { MAX_IMAGE_BYTES } from '../../inference/image/limits.ts';
import { sniffFormat } from '../../inference/image/sniff-format.ts';
import type { PretendPlatform } from '../pretend-platform.ts';

const TIMEOUT_MS = 10_000;

/**
 * Shows the page a picture of a pretend platform: Slack's files want a token, which the page does not get. Only that
 * platform's own server is asked, and only pictures are passed on.
 */
export async function showPlatformFile(
  context: Context,
  { name, connection }: PretendPlatform,
  url: string,
): Promise<Response> {
  const wanted = URL.parse(url);
  if (wanted?.origin !== new URL(connection.baseUrl).origin) return context.notFound();
  const response = await request(wanted, {
    headers: name === 'slack' ? { authorization: `Bearer ${connection.token}` } : {},
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (response.statusCode !== 200) {
    await response.body.dump();
    return context.notFound();
  }
  const bytes = await collectBytes(response.body, 'The file', MAX_IMAGE_BYTES);
  return context.body(new Uint8Array(bytes), 200, {
    'content-type': `image/${sniffFormat(bytes, 'The file')}`,
  });
}
