import type { Context } from 'hono';
import { request } from 'undici';
import { collectBytes } from '../../inference/image/collect-bytes.ts';
import { MAX_IMAGE_BYTES } from '../../inference/image/limits.ts';
import { sniffFormat } from '../../inference/image/sniff-format.ts';
import type { PretendPlatform } from '../pretend-platform.ts';

const TIMEOUT_MS = 10_000;

/**
 * Shows the page a picture of a pretend platform, by the platform's id of it or its address there. Only that platform's
 * own server is asked, and only pictures are passed on.
 *
 * @throws ImageError where it is no picture
 */
export async function showPlatformFile(context: Context, platform: PretendPlatform): Promise<Response> {
  const { id = '', url = '' } = context.req.query();
  const bytes = platform.readFile ? (platform.readFile(id)?.bytes ?? null) : await fetchFile(platform, url);
  if (bytes === null) return context.notFound();
  return context.body(new Uint8Array(bytes), 200, {
    'content-type': `image/${sniffFormat(bytes, 'The file')}`,
  });
}

async function fetchFile({ connection }: PretendPlatform, url: string): Promise<Uint8Array | null> {
  const wanted = URL.parse(url);
  if (wanted?.origin !== new URL(connection.baseUrl).origin) return null;
  const response = await request(wanted, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (response.statusCode === 200) return await collectBytes(response.body, 'The file', MAX_IMAGE_BYTES);
  await response.body.dump();
  return null;
}
