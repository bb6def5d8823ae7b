import { PlaygroundError, send } from './api.js';
import { $, announce, el, freshId } from './dom.js';
import { createSampleList } from './samples.js';
import { readTypedCommand, suggest } from './typed-command.js';

const MAX_FILES = 10;
const MAX_SUGGESTIONS = 12;
const IMAGE_TYPES = 'image/png,image/jpeg,image/webp,image/gif,image/avif';

/** Where a person writes, attaches and types commands. */
export function createComposer(platform, place) {
  /** @type {{ file: File, altText: string, preview: string }[]} */
  let attached = [];
  let replyingTo = null;
  let suggestions = [];
  let active = -1;
  let completions = { key: '', values: [] };
  const listId = freshId('suggestions');
  const inputId = `${platform}-composer`;

  const error = el('p.error', { role: 'alert' });
  const reply = el('p.replying', { hidden: true });
  const attachments = el('ul.attachments');
  const ask = el('input', { type: 'checkbox', checked: true });
  const askRow = el('label.ask', { hidden: true }, ask, el('span', null, 'Ask for a description'));
  const listbox = el('ul.suggestions', {
    id: listId,
    role: 'listbox',
    'aria-label': 'Suggestions',
    hidden: true,
  });
  const samplePanel = el('div.sample-panel', { id: freshId('samples'), hidden: true });
  const chooser = el('input', {
    type: 'file',
    accept: IMAGE_TYPES,
    multiple: true,
    hidden: true,
    'aria-label': 'Image files',
    onchange: () => {
      attach([...chooser.files]);
      chooser.value = '';
    },
  });
  const sampleButton = el(
    'button',
    {
      type: 'button',
      'aria-expanded': 'false',
      'aria-controls': samplePanel.id,
      onclick: () => toggleSamples(),
    },
    'Samples',
  );
  const input = el('input', {
    type: 'text',
    id: inputId,
    role: 'combobox',
    autocomplete: 'off',
    maxlength: 6000,
    'aria-autocomplete': 'list',
    'aria-controls': listId,
    'aria-expanded': 'false',
    oninput: update,
    onkeydown: onKey,
    onpaste: event => {
      const files = [...event.clipboardData.files].filter(file => file.type.startsWith('image/'));
      if (files.length === 0) return;
      event.preventDefault();
      attach(files);
    },
    onblur: () => setTimeout(() => showSuggestions([]), 150),
  });
  const label = el('label.visually-hidden', { for: inputId }, 'Message');
  const element = el(
    'form.composer',
    { onsubmit: submit },
    error,
    reply,
    attachments,
    askRow,
    samplePanel,
    listbox,
    el(
      'div.row',
      null,
      el('button.add', { type: 'button', 'aria-label': 'Add an image', onclick: () => chooser.click() }, '+'),
      chooser,
      label,
      input,
      sampleButton,
      el('button.send', { type: 'submit' }, 'Send'),
    ),
  );

  function toggleSamples(isOpen = samplePanel.hidden) {
    if (isOpen && samplePanel.childElementCount === 0) {
      samplePanel.append(
        createSampleList(file => {
          attach([file]);
          toggleSamples(false);
          input.focus();
        }),
      );
    }
    samplePanel.hidden = !isOpen;
    sampleButton.setAttribute('aria-expanded', String(isOpen));
  }

  function attach(files) {
    const images = files.filter(file => file.type.startsWith('image/'));
    if (images.length < files.length)
      showError(new PlaygroundError('Only images can be described: PNG, JPEG, WebP, GIF or AVIF.'));
    for (const file of images.slice(0, MAX_FILES - attached.length)) {
      attached.push({ file, altText: '', preview: URL.createObjectURL(file) });
    }
    renderAttached();
    if (images.length > 0)
      announce(`${images.length === 1 ? images[0].name : `${images.length} images`} attached.`);
  }

  function renderAttached() {
    askRow.hidden = attached.length === 0;
    attachments.replaceChildren(
      ...attached.map(item => {
        const altId = freshId('alt');
        return el(
          'li',
          null,
          el('img', { src: item.preview, alt: '' }),
          el('label', { for: altId }, `Alt text of ${item.file.name} (optional)`),
          el('input', {
            id: altId,
            type: 'text',
            maxlength: 1000,
            value: item.altText,
            oninput: event => {
              item.altText = event.target.value;
            },
          }),
          el(
            'button',
            {
              type: 'button',
              'aria-label': `Remove ${item.file.name}`,
              onclick: () => {
                drop(item);
                input.focus();
              },
            },
            '×',
          ),
        );
      }),
    );
  }

  function drop(item) {
    URL.revokeObjectURL(item.preview);
    attached = attached.filter(other => other !== item);
    renderAttached();
  }

  function showError(cause) {
    error.textContent = cause?.message ?? String(cause);
  }

  async function submit(event) {
    event.preventDefault();
    const typed = input.value.trim();
    const command = readTypedCommand(typed, place.commands());
    if (typed === '' && attached.length === 0) return;
    error.textContent = '';
    const files = attached.map(({ file, altText }) => ({ file, altText }));
    const before = { value: input.value, attached, replyingTo };
    input.value = '';
    showSuggestions([]);
    try {
      if (command) await run(command, files);
      else await post(files, ask.checked && files.length > 0 ? 'mention' : 'plain', typed);
      for (const item of before.attached) drop(item);
      ask.checked = true;
    } catch (cause) {
      if (input.value === '') input.value = before.value;
      showError(cause);
    }
  }

  async function run({ command, name, options, rest }, files) {
    if (!command) throw new PlaygroundError(`There is no command /${name.split(' ')[0]}.`);
    const unnamed = rest === '' ? {} : restOption(command, options, rest);
    await send(
      platform,
      'command',
      place.personId(),
      { channelId: place.channelId(), command: command.name, options: { ...options, ...unnamed } },
      files,
    );
  }

  async function post(files, how, typed = '') {
    error.textContent = '';
    const text = withMentions(typed, [...place.people(), place.bot()]);
    const mention = `<@${place.bot().id}>`;
    const whole = how === 'mention' && !text.includes(mention) ? `${mention} ${text}`.trim() : text;
    const inReplyTo = replyingTo ?? undefined;
    try {
      await send(
        platform,
        'post',
        place.personId(),
        { channelId: place.channelId(), text: whole, inReplyTo },
        files,
      );
      endReply();
    } catch (cause) {
      if (typed === '' && attached.length === 0) return showError(cause);
      throw cause;
    }
  }

  function endReply() {
    replyingTo = null;
    reply.hidden = true;
  }

  async function update() {
    const state = readTypedCommand(input.value, place.commands());
    showSuggestions(suggest(state, place.commands()));
    const option = state?.option;
    if (!option?.isCompleted) return;
    const { command, word } = state;
    const key = `${command.name} ${option.name} ${word}`;
    if (completions.key !== key) {
      completions = { key, values: [] };
      const values = await send(platform, 'complete', place.personId(), {
        channelId: place.channelId(),
        command: command.name,
        option: option.name,
        typed: word,
      }).catch(() => []);
      if (completions.key !== key) return;
      completions = { key, values };
    }
    showSuggestions(suggest(state, place.commands(), completions.values));
  }

  function showSuggestions(list) {
    suggestions = list.slice(0, MAX_SUGGESTIONS);
    active = -1;
    listbox.replaceChildren(
      ...suggestions.map(({ label, hint }, index) =>
        el(
          'li',
          {
            role: 'option',
            id: `${listId}-${index}`,
            'aria-selected': 'false',
            onmousedown: event => {
              event.preventDefault();
              accept(index);
            },
          },
          el('strong', null, label),
          el('span', null, hint),
        ),
      ),
    );
    listbox.hidden = suggestions.length === 0;
    input.setAttribute('aria-expanded', String(suggestions.length > 0));
    input.removeAttribute('aria-activedescendant');
  }

  function move(step) {
    active = (active + step + suggestions.length + (active < 0 && step < 0 ? 1 : 0)) % suggestions.length;
    for (const [index, item] of [...listbox.children].entries())
      item.setAttribute('aria-selected', String(index === active));
    input.setAttribute('aria-activedescendant', `${listId}-${active}`);
    listbox.children[active].scrollIntoView({ block: 'nearest' });
  }

  function accept(index) {
    const { insert } = suggestions[index];
    const { word } = readTypedCommand(input.value, place.commands());
    input.value = input.value.slice(0, input.value.length - word.length) + insert;
    input.focus();
    update();
  }

  function onKey(event) {
    if (event.key === 'Escape' && !listbox.hidden) {
      event.preventDefault();
      showSuggestions([]);
    } else if (suggestions.length > 0 && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault();
      move(event.key === 'ArrowDown' ? 1 : -1);
    } else if (active >= 0 && (event.key === 'Enter' || event.key === 'Tab')) {
      event.preventDefault();
      accept(active);
    }
  }

  return {
    element,
    showError,
    post,
    attach,
    setPlace(name) {
      label.textContent = `Message ${name}`;
      input.placeholder = 'Message or “/”';
      error.textContent = '';
    },
    replyTo(message, names) {
      replyingTo = message.id;
      const author = message.json.author?.id ?? message.json.user ?? '';
      reply.replaceChildren(
        `Replying to ${names.nameOf(author)} `,
        el(
          'button',
          {
            type: 'button',
            onclick: () => {
              endReply();
              input.focus();
            },
          },
          'Cancel reply',
        ),
      );
      reply.hidden = false;
      $(`#${inputId}`).focus();
    },
  };
}

/** A text without an option's name goes to the option that has to be given, or to the one that is all there is. */
function restOption(command, options, rest) {
  const free = command.options.filter(({ name, kind }) => options[name] === undefined && kind === 'text');
  const target = free.find(({ isRequired }) => isRequired) ?? free[0];
  if (!target) throw new PlaygroundError(`/${command.name} takes no text: leave “${rest.slice(0, 40)}” out.`);
  return { [target.name]: rest };
}

/** `@Name` as people type it becomes the mention that both platforms send. */
function withMentions(text, people) {
  let whole = text;
  for (const { id, name } of people.toSorted((a, b) => b.name.length - a.name.length)) {
    const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    whole = whole.replace(new RegExp(`@${escaped}(?!\\w)`, 'gi'), `<@${id}>`);
  }
  return whole;
}
