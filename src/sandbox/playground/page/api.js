/** What went wrong, in words for the person. */
export class PlaygroundError extends Error {}

/**
 * Does what a person does.
 *
 * @param {'discord' | 'slack'} platform
 * @param {'post' | 'command' | 'complete' | 'shortcut' | 'press' | 'submit' | 'alt-text' | 'delete' | 'home'} kind
 * @param {string} personId
 * @param {object} act
 * @param {readonly { file: File, altText: string }[]} [files]
 */
export async function send(platform, kind, personId, act, files = []) {
  const form = new FormData();
  form.set('act', JSON.stringify(act));
  form.set('personId', personId);
  for (const { file, altText } of files) {
    form.append('file', file, file.name);
    form.append('alt', altText);
  }
  let response;
  try {
    response = await fetch(`/${platform}/${kind}`, { method: 'POST', body: form });
  } catch {
    throw new PlaygroundError('The playground does not answer: is `npm start` still running?');
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new PlaygroundError(answer.error ?? `That failed (${response.status}).`);
  return answer;
}

/**
 * Where the page gets a picture of a platform from: Discord's by address, Slack's by id. Only the pretend platforms' own
 * are shown.
 */
export function pictureUrl(platform, idOrUrl) {
  return `/files/${platform}?${platform === 'slack' ? 'id' : 'url'}=${encodeURIComponent(idOrUrl)}`;
}

/**
 * Follows what happens. The browser connects again by itself after a break; the first event then has the whole state.
 *
 * @param {Record<string, string>} people person ids by platform
 * @param {(event: object) => void} onEvent
 * @param {(isConnected: boolean) => void} onConnection
 * @returns {() => void} stops
 */
export function follow(people, onEvent, onConnection) {
  let source;
  let retry;
  const open = () => {
    source = new EventSource(`/events?${new URLSearchParams(people)}`);
    source.onmessage = ({ data }) => {
      onConnection(true);
      onEvent(JSON.parse(data));
    };
    source.onerror = () => {
      onConnection(false);
      // Refused rather than broken: the browser gives up, we do not.
      if (source.readyState === EventSource.CLOSED) retry = setTimeout(open, 2000);
    };
  };
  open();
  return () => {
    clearTimeout(retry);
    source.close();
  };
}
