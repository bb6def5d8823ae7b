import { el } from './dom.js';

let loading;

/** @returns {Promise<{ name: string, title: string }[]>} */
export function loadSamples() {
  loading ??= fetch('/samples').then(response => response.json());
  return loading;
}

async function fetchSample({ name }) {
  const response = await fetch(`/samples/${name}`);
  return new File([await response.blob()], `${name}.jpg`, { type: 'image/jpeg' });
}

/** Buttons with the sample photographs. */
export function createSampleList(onPick) {
  const list = el('ul.samples');
  loadSamples().then(samples => {
    list.replaceChildren(
      ...samples.map(sample =>
        el(
          'li',
          null,
          el(
            'button',
            {
              type: 'button',
              'data-sample': sample.name,
              onclick: async () => onPick(await fetchSample(sample)),
            },
            el('img', { src: `/samples/${sample.name}`, alt: '', width: 160, height: 110 }),
            el('span', null, sample.title),
          ),
        ),
      ),
    );
  });
  return list;
}

/** What an empty channel shows: one press away from the first description. */
export function createWelcome(platform, post) {
  return el(
    'div.welcome',
    null,
    el('p.welcome-title', null, 'Post a picture, and read what it shows'),
    el(
      'p',
      null,
      'Press a photograph to post it here and ask for a description. Or drop or paste an image of your own, type ',
      el('kbd', null, platform === 'discord' ? '/describe' : '/narrate help'),
      ', or write a message.',
    ),
    createSampleList(file => post([{ file, altText: '' }], 'mention')),
  );
}
