import { el } from './dom.js';

/**
 * A message with what can be done with it. What stands in it is the platform's to render.
 *
 * @param {any} message a `PlatformMessage`
 * @param {any} context
 * @param {(json: any, context: any) => { author: any, at: Date, isEdited: boolean, above: Node[], body: Node[], images: { altText: string, fileIndex: number }[], isThinking?: boolean }} renderBody
 */
export function renderMessage(message, context, renderBody) {
  const { person, bot, shortcuts } = context;
  const { author, at, isEdited, above, body, images, isThinking } = renderBody(message.json, context);
  const isPrivate = message.onlyFor !== null;
  const isMine = author.id === person.id;
  const time = at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  const tools = isThinking
    ? []
    : [
        !isPrivate && tool('Reply', 'reply', context.reply),
        ...(images.length > 0 && !isPrivate
          ? shortcuts.map(shortcut =>
              tool(shortcut, `shortcut-${shortcut}`, () => context.shortcut(shortcut)),
            )
          : []),
        ...(isMine
          ? images.map(({ altText, fileIndex }) =>
              tool(
                images.length > 1 ? `Alt text of image ${fileIndex + 1}` : 'Edit alt text',
                `alt-${fileIndex}`,
                () => context.editAltText(fileIndex, altText),
              ),
            )
          : []),
        isMine && tool('Delete', 'delete', context.delete),
        isPrivate && tool('Dismiss', 'dismiss', context.dismiss),
      ].filter(Boolean);
  return el(
    'li',
    { 'data-message': message.id },
    el(
      'article.message',
      { class: [isPrivate && 'private', isThinking && 'is-thinking'].filter(Boolean).join(' ') || null },
      el(`div.avatar.tint-${tintOf(author.name)}`, { 'aria-hidden': 'true' }, initialsOf(author.name)),
      el(
        'div.content',
        null,
        ...above,
        el(
          'p.byline',
          null,
          el('strong', null, author.name),
          author.id === bot.id && el('span.badge', null, 'APP'),
          el('time', { datetime: at.toISOString() }, time),
          isEdited && el('span.edited', null, '(edited)'),
        ),
        ...body,
        tools.length > 0 &&
          el(
            'div.tools',
            { role: 'group', 'aria-label': `Message of ${author.name}` },
            isPrivate && el('span.only-you', null, 'Only you can see this'),
            tools,
          ),
      ),
    ),
  );
}

function tool(label, focus, onclick) {
  return el('button', { type: 'button', 'data-focus': focus, onclick }, label);
}

/** @param {{ label: string, style: 'plain' | 'primary' | 'danger' | 'success', isDisabled?: boolean, id?: string }} button */
export function renderButton({ label, style, isDisabled, id }, press) {
  const button = el(
    `button.action.${style}`,
    {
      type: 'button',
      disabled: isDisabled,
      'data-focus': id,
      onclick: async () => {
        // Pressed once until the platform has taken it: people press twice.
        button.setAttribute('aria-busy', 'true');
        if (id) await press(id);
        button.removeAttribute('aria-busy');
      },
    },
    label,
  );
  return button;
}

/** @param {{ url: string, altText: string, width?: number, height?: number, caption?: string }} picture */
export function renderPicture({ url, altText, width, height, caption }) {
  return el(
    'figure.picture',
    null,
    el('img', { src: url, alt: altText, width, height, decoding: 'async' }),
    altText !== '' &&
      el('figcaption', null, el('details', null, el('summary', null, 'ALT'), el('span', null, altText))),
    altText === '' && caption && el('figcaption', null, el('span.no-alt', null, caption)),
  );
}

function initialsOf(name) {
  return name
    .split(/\s+/)
    .slice(0, 2)
    .map(word => [...word][0] ?? '')
    .join('')
    .toUpperCase();
}

function tintOf(name) {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + character.codePointAt(0)) % 997;
  return sum % 6;
}
