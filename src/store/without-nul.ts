/** PostgreSQL's text holds every character but U+0000 (postgresql.org/docs/current/datatype-character.html). */
export function withoutNul(text: string): string {
  return text.replaceAll('\0', '');
}
