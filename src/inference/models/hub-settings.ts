import { NarratorError } from '../../errors.ts';
import type { HubAccess } from './hub-request.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface HubSettings extends Pick<HubAccess, 'endpoint' | 'token'> {
  readonly offline: boolean;
}

/**
 * How the Hub may be reached: `HF_TOKEN`, `HF_ENDPOINT`, and `NARRATOR_OFFLINE` or `HF_HUB_OFFLINE`.
 *
 * @throws NarratorError `usage` where one of them cannot be right; a token is never repeated
 */
export function readHubSettings(env: Environment): HubSettings {
  const { HF_TOKEN: token, HF_ENDPOINT: endpoint } = env;
  // What a header cannot carry: fetch would refuse it, and repeat it in its error.
  if (token && !/^[\x21-\x7e]+$/.test(token)) {
    throw new NarratorError('usage', 'HF_TOKEN holds blanks or other characters that no token has.');
  }
  if (endpoint && !/^https?:$/.test(URL.parse(endpoint)?.protocol ?? '')) {
    throw new NarratorError(
      'usage',
      'HF_ENDPOINT should be a server’s address, as https://huggingface.co is.',
    );
  }
  return {
    ...(token ? { token } : {}),
    ...(endpoint ? { endpoint } : {}),
    offline: isOn(env.NARRATOR_OFFLINE) || isOn(env.HF_HUB_OFFLINE),
  };
}

/** As huggingface_hub reads such variables. */
function isOn(value: string | undefined): boolean {
  return /^(?:1|on|yes|true)$/i.test(value ?? '');
}
