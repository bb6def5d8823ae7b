import { datasetInfo, modelInfo, spaceInfo } from '@huggingface/hub';
import { createSourceFetch } from './fetch-source.ts';
import { type Answer, readSubject } from './read-subject.ts';
import type { Collector, CollectorOptions, Reading } from './reading.ts';
import { SourceFault } from './source-fault.ts';
import { type HubSubject, parseHubSubject } from './subjects.ts';

const HUB = 'https://huggingface.co';

/** Downloads and likes of models, datasets and Spaces. The Hub keeps no history: what is not asked in time is lost. */
export const collectHuggingFace: Collector = async options => {
  const hubFetch = createSourceFetch({ ...options, source: 'Hugging Face' });
  const readings: Reading[] = [];
  for (const subject of options.subjects) {
    const parsed = parseHubSubject(subject)!;
    readings.push(
      ...(await readSubject('huggingface', subject, options, () =>
        readRepository(parsed, options, hubFetch),
      )),
    );
  }
  return readings;
};

/** @throws SourceFault */
async function readRepository(
  { kind, name }: HubSubject,
  { baseUrl, token }: CollectorOptions,
  hubFetch: typeof fetch,
): Promise<Answer> {
  // The client refuses others before it asks.
  if (token !== null && !token.startsWith('hf_')) {
    throw new SourceFault('source-restricted', 'HF_TOKEN should begin with hf_: nothing was asked.');
  }
  const access = {
    name,
    hubUrl: baseUrl ?? HUB,
    fetch: hubFetch,
    ...(token === null ? {} : { accessToken: token }),
  };
  if (kind === 'space') {
    const { id, likes } = await spaceInfo(access);
    return { rawId: id, figures: { likes } };
  }
  const info =
    kind === 'model'
      ? await modelInfo({ ...access, additionalFields: ['downloadsAllTime'] })
      : await datasetInfo({ ...access, additionalFields: ['downloadsAllTime'] });
  const { id, likes, downloads, downloadsAllTime } = info;
  return { rawId: id, figures: { likes, downloads30Days: downloads, downloadsAllTime } };
}
