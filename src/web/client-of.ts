import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';

/** Whose request it is: the address at the other end of the connection. A proxy's own headers are not believed. */
export function clientOf(context: Context): string {
  return getConnInfo(context).remote.address ?? 'unknown';
}
