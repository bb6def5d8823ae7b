import { send } from './api.js';
import { createComposer } from './composer.js';
import { renderDiscordMessage } from './discord-message.js';
import { $, announce, el, freshId } from './dom.js';
import { askAltText, openForm } from './forms.js';
import { renderMessage } from './message.js';
import { createWelcome } from './samples.js';
import { renderSlackHome, renderSlackMessage } from './slack-message.js';

const PLATFORMS = {
  discord: { title: 'Discord', renderBody: renderDiscordMessage },
  slack: { title: 'Slack', renderBody: renderSlackMessage },
};
/** Messages of one channel that stay on the page. */
const MAX_SHOWN = 200;
const THINKING_MS = 60_000;

/**
 * One platform as one person sees it.
 *
 * @param {'discord' | 'slack'} platform
 * @param {(personId: string) => void} onPerson the person wants to be someone else
 */
export function createPane(platform, onPerson) {
  const { title, renderBody } = PLATFORMS[platform];
  const titleId = freshId('pane');
  /** @type {any} The platform as the server told it last. */
  let state;
  /** Messages by id, of all channels, the oldest first. */
  let messages = new Map();
  let channelId = '';
  /** Slack's App Home, as it was published last. */
  let home = null;
  let isHomeShown = false;
  let thinkingTimer;
  /** The message that will come of it, where that is known. */
  let thinkingAt = null;
  const unread = new Set();
  const dismissed = new Set();

  const channelList = el('ul.channels');
  const personSelect = el('select', {
    'aria-label': 'You are',
    onchange: () => onPerson(personSelect.value),
  });
  const botStatus = el('p.bot-status', { role: 'status' });
  const heading = el('h3.channel-name');
  const topic = el('p.topic');
  const list = el('ol.messages');
  const thinking = el('p.thinking', { role: 'status' });
  const log = el('div.log', { role: 'log', tabindex: 0 }, list);
  const homeView = el('div.home', { hidden: true, tabindex: 0, role: 'region', 'aria-label': 'App home' });
  const composer = createComposer(platform, {
    personId: () => state.personId,
    channelId: () => channelId,
    commands: () => state.commands,
    bot: () => state.bot,
    people: () => state.people,
  });
  const welcome = createWelcome(platform, (files, text) => composer.post(files, text));
  const element = el(
    `section.pane.${platform}`,
    { 'aria-labelledby': titleId },
    el(
      'div.sidebar',
      null,
      el('h2', { id: titleId }, title, el('span.pretend', null, ' pretend')),
      el('nav', { 'aria-label': `${title} channels` }, channelList),
      el('label.person', null, el('span', null, 'You are'), personSelect),
    ),
    el(
      'div.conversation',
      null,
      el('div.channel-head', null, heading, topic, botStatus),
      log,
      homeView,
      thinking,
      composer.element,
    ),
  );

  acceptDrops($('.conversation', element), files => composer.attach(files));

  const names = {
    nameOf: id => [...state.people, state.bot].find(person => person.id === id)?.name ?? id,
    channelOf: id => state.channels.find(channel => channel.id === id)?.name ?? id,
  };
  const act = (kind, values) =>
    send(platform, kind, state.personId, { channelId, ...values }).catch(composer.showError);

  function renderOne(message) {
    const context = {
      platform,
      names,
      person: state.people.find(({ id }) => id === state.personId),
      bot: state.bot,
      shortcuts: state.shortcuts,
      find: id => messages.get(id),
      press: actionId => act('press', { messageId: message.id, actionId }),
      shortcut: shortcut => act('shortcut', { messageId: message.id, shortcut }),
      reply: () => composer.replyTo(message, names),
      delete: () => act('delete', { messageId: message.id }),
      dismiss: () => {
        dismissed.add(message.id);
        renderList();
      },
      editAltText: (fileIndex, altText) =>
        askAltText(altText, value =>
          send(platform, 'alt-text', state.personId, { messageId: message.id, fileIndex, altText: value }),
        ),
    };
    return renderMessage(message, context, renderBody);
  }

  const shownMessages = () =>
    [...messages.values()]
      .filter(message => message.channelId === channelId && !dismissed.has(message.id))
      .slice(-MAX_SHOWN);

  function renderList() {
    const shown = shownMessages();
    list.replaceChildren(...shown.map(renderOne));
    showWelcome(shown.length === 0);
    scrollToEnd();
  }

  function showWelcome(isEmpty) {
    if (isEmpty) log.prepend(welcome);
    else welcome.remove();
  }

  /** Puts a new or changed message in its place, and the focus back to where it was. */
  function place(message) {
    const wasAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
    const old = $(`[data-message="${CSS.escape(message.id)}"]`, list);
    const fresh = renderOne(message);
    if (old) {
      const focused = old.contains(document.activeElement) ? document.activeElement.dataset.focus : undefined;
      old.replaceWith(fresh);
      if (focused) $(`[data-focus="${CSS.escape(focused)}"]`, fresh)?.focus();
    } else {
      list.append(fresh);
      while (list.children.length > MAX_SHOWN) list.firstElementChild.remove();
    }
    showWelcome(false);
    if (wasAtEnd) scrollToEnd();
  }

  function scrollToEnd() {
    log.scrollTop = log.scrollHeight;
    // Pictures take their place late.
    for (const picture of list.querySelectorAll('img')) {
      if (!picture.complete)
        picture.addEventListener(
          'load',
          () => {
            log.scrollTop = log.scrollHeight;
          },
          { once: true },
        );
    }
  }

  function renderChannels() {
    const entry = (id, label, isCurrent, onclick) =>
      el(
        'li',
        null,
        el(
          'button',
          {
            type: 'button',
            'aria-current': isCurrent ? 'page' : null,
            onclick,
            class: unread.has(id) ? 'unread' : null,
          },
          label,
          unread.has(id) && el('span.visually-hidden', null, ' (new messages)'),
        ),
      );
    channelList.replaceChildren(
      ...state.channels.map(channel =>
        entry(channel.id, labelOf(channel), channel.id === channelId && !isHomeShown, () =>
          openChannel(channel.id),
        ),
      ),
      ...(state.hasHome ? [entry('home', `⌂ ${state.bot.name}`, isHomeShown, openHome)] : []),
    );
  }

  function openChannel(id) {
    channelId = id;
    isHomeShown = false;
    unread.delete(id);
    render();
  }

  function openHome() {
    isHomeShown = true;
    render();
    act('home', {});
  }

  function render() {
    const channel = state.channels.find(({ id }) => id === channelId);
    renderChannels();
    heading.textContent = isHomeShown ? `${state.bot.name}: home` : labelOf(channel);
    topic.textContent = isHomeShown ? '' : (channel?.topic ?? '');
    botStatus.textContent = state.bot.isConnected ? '' : `${state.bot.name} is not connected.`;
    log.setAttribute('aria-label', `Messages in ${labelOf(channel)}`);
    personSelect.replaceChildren(
      ...state.people.map(({ id, name, role }) =>
        el('option', { value: id, selected: id === state.personId }, `${name} (${role})`),
      ),
    );
    log.hidden = isHomeShown;
    homeView.hidden = !isHomeShown;
    composer.element.hidden = isHomeShown;
    composer.setPlace(labelOf(channel));
    if (isHomeShown) {
      homeView.replaceChildren(
        ...renderSlackHome(home ?? { blocks: [] }, {
          platform,
          names,
          find: () => undefined,
          press: actionId => act('press', { messageId: 'home', actionId }),
        }),
      );
    } else renderList();
  }

  function showThinking(isOn) {
    clearTimeout(thinkingTimer);
    thinking.textContent = isOn ? `${state.bot.name} is working on it…` : '';
    if (isOn) thinkingTimer = setTimeout(() => showThinking(false), THINKING_MS);
  }

  return {
    element,
    /** @param {any} next the whole state */
    reset(next) {
      const before = state;
      // Direct messages below the channels, as everywhere.
      const isDirect = ({ id, name }) => name.startsWith('@') || id.startsWith('D');
      const channels = next.channels.map(channel => ({ ...channel, isDirect: isDirect(channel) }));
      state = { ...next, channels: channels.toSorted((a, b) => Number(a.isDirect) - Number(b.isDirect)) };
      messages = new Map(next.messages.map(message => [message.id, message]));
      if (before && before.personId !== next.personId) home = null;
      if (!next.channels.some(({ id }) => id === channelId)) channelId = state.channels[0]?.id ?? '';
      render();
    },
    /** @param {any} event a `PlatformEvent` */
    receive(event) {
      switch (event.type) {
        case 'message':
        case 'edit': {
          const { message } = event;
          const isNew = !messages.has(message.id);
          messages.set(message.id, message);
          if (thinkingAt === message.id || thinkingAt === null) showThinking(false);
          if (message.channelId === channelId) {
            place(message);
          } else if (isNew) {
            unread.add(message.channelId);
            renderChannels();
          }
          break;
        }
        case 'delete':
          messages.delete(event.messageId);
          $(`[data-message="${CSS.escape(event.messageId)}"]`, list)?.remove();
          showWelcome(shownMessages().length === 0);
          break;
        case 'thinking':
          // A message that says so itself needs no line below.
          if (event.channelId === channelId && !messages.has(event.messageId)) {
            thinkingAt = event.messageId;
            showThinking(true);
          }
          break;
        case 'form':
          openForm(platform, event.json, values =>
            send(platform, 'submit', state.personId, { formId: event.formId, values }),
          );
          break;
        case 'home':
          home = event.json;
          if (isHomeShown) render();
          else renderChannels();
          break;
        case 'failed':
          showThinking(false);
          composer.showError(new Error(event.text));
          break;
        case 'bot':
          state = { ...state, bot: { ...state.bot, isConnected: event.isConnected } };
          botStatus.textContent = event.isConnected ? '' : `${state.bot.name} is not connected.`;
          if (event.isConnected) announce(`${state.bot.name} is connected to ${title}.`);
          break;
      }
    },
  };
}

function acceptDrops(target, onFiles) {
  const hasFiles = event => event.dataTransfer.types.includes('Files');
  target.addEventListener('dragover', event => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    target.classList.add('dropping');
  });
  target.addEventListener('dragleave', event => {
    if (!target.contains(event.relatedTarget)) target.classList.remove('dropping');
  });
  target.addEventListener('drop', event => {
    target.classList.remove('dropping');
    if (!hasFiles(event)) return;
    event.preventDefault();
    onFiles([...event.dataTransfer.files]);
  });
}

function labelOf({ name, isDirect } = { name: '', isDirect: true }) {
  return isDirect ? `@ ${name.replace(/^@/, '')}` : `# ${name}`;
}
