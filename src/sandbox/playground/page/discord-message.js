import { pictureUrl } from './api.js';
import { parseMarkdown } from './discord-markdown.js';
import { el } from './dom.js';
import { renderButton, renderPicture } from './message.js';
import { renderTrees } from './render-tree.js';

/** Message flags: https://docs.discord.com/developers/resources/message#message-object-message-flags. */
const LOADING = 1 << 7;
const REPLY = 19;

const BUTTON_STYLES = { 1: 'primary', 3: 'success', 4: 'danger' };

/** @param {any} json a message object of Discord's API */
export function renderDiscordMessage(json, context) {
  const { names } = context;
  const isThinking = ((json.flags ?? 0) & LOADING) !== 0;
  const attachments = json.attachments ?? [];
  const markdown = text => renderTrees(parseMarkdown(text ?? ''), names);
  // Pictures that an embed shows are not shown twice.
  const inEmbeds = new Set(
    (json.embeds ?? []).flatMap(({ image, thumbnail }) => [image?.url, thumbnail?.url]),
  );
  const shown = attachments.filter(
    ({ url, filename }) => !inEmbeds.has(url) && !inEmbeds.has(`attachment://${filename}`),
  );
  const images = attachments
    .map((attachment, fileIndex) => ({ attachment, fileIndex }))
    .filter(({ attachment }) => isImage(attachment))
    .map(({ attachment, fileIndex }) => ({ altText: attachment.description ?? '', fileIndex }));
  const body = isThinking
    ? [
        el(
          'p.thinking-line',
          null,
          `${names.nameOf(json.author.id)} is thinking`,
          el('span.dots', { 'aria-hidden': 'true' }, '…'),
        ),
      ]
    : [
        json.content ? el('div.text', null, markdown(json.content)) : null,
        ...shown.map(attachment => renderAttachment(attachment)),
        ...(json.embeds ?? []).map(embed => renderEmbed(embed, attachments, markdown)),
        ...(json.components ?? []).map(component =>
          renderComponent(component, context, markdown, attachments),
        ),
      ].filter(Boolean);
  return {
    author: { id: json.author.id, name: names.nameOf(json.author.id) },
    at: new Date(json.timestamp),
    isEdited: Boolean(json.edited_timestamp),
    above: renderAbove(json, context),
    body,
    images,
    isThinking,
  };
}

function authorName(author) {
  return author.global_name ?? author.username;
}

function renderAbove(json, { find, names }) {
  const interaction = json.interaction ?? json.interaction_metadata;
  if (interaction?.name && interaction.user) {
    return [
      el(
        'p.reference',
        null,
        el('strong', null, names.nameOf(interaction.user.id)),
        ` used ${interaction.name}`,
      ),
    ];
  }
  const id = json.message_reference?.message_id;
  if (json.type !== REPLY && !id) return [];
  const original = json.referenced_message ?? find(id)?.json;
  if (!original) return [el('p.reference', null, 'In reply to a message that is gone')];
  const what = original.content || (original.attachments?.length > 0 ? 'an image' : 'a message');
  return [
    el(
      'p.reference',
      null,
      'In reply to ',
      el('strong', null, authorName(original.author)),
      ` · ${what.replace(/<@!?(\d+)>/g, (_, user) => `@${names.nameOf(user)}`).slice(0, 80)}`,
    ),
  ];
}

function isImage({ content_type: type, filename }) {
  return type?.startsWith('image/') || /\.(?:png|jpe?g|gif|webp|avif)$/i.test(filename ?? '');
}

function renderAttachment(attachment) {
  if (!isImage(attachment)) return el('p.file', null, attachment.filename);
  return renderPicture({
    url: pictureUrl('discord', attachment.url),
    altText: attachment.description ?? '',
    width: attachment.width,
    height: attachment.height,
    caption: 'no alt text',
  });
}

function renderEmbed(embed, attachments, markdown) {
  const fields = embed.fields ?? [];
  const picture =
    embed.image &&
    attachments.find(
      ({ url, filename }) => url === embed.image.url || `attachment://${filename}` === embed.image.url,
    );
  const url = picture?.url ?? embed.image?.url;
  return el(
    'div.embed',
    null,
    embed.author?.name && el('p.embed-author', null, embed.author.name),
    embed.title && el('p.embed-title', null, markdown(embed.title)),
    embed.description && el('div.text', null, markdown(embed.description)),
    fields.length > 0 &&
      el(
        'dl.fields',
        null,
        fields.map(({ name, value }) =>
          el('div', null, el('dt', null, markdown(name)), el('dd', null, markdown(value))),
        ),
      ),
    url &&
      renderPicture({
        url: pictureUrl('discord', url),
        altText: picture?.description ?? '',
        width: picture?.width,
        height: picture?.height,
      }),
    embed.footer?.text && el('p.small-print', null, embed.footer.text),
  );
}

/** Component types: https://docs.discord.com/developers/components/reference. */
function renderComponent(component, context, markdown, attachments) {
  const inner = () =>
    (component.components ?? []).map(each => renderComponent(each, context, markdown, attachments));
  switch (component.type) {
    case 1:
      return el('div.actions', null, inner());
    case 2:
      return renderButton(
        {
          label: component.label ?? component.emoji?.name ?? '',
          style: BUTTON_STYLES[component.style] ?? 'plain',
          isDisabled: component.disabled,
          id: component.custom_id,
        },
        context.press,
      );
    case 9:
      return el('div.section', null, inner());
    case 10:
      return el('div.text', null, markdown(component.content));
    case 12:
      return el(
        'div.gallery',
        null,
        component.items.map(({ media, description }) => {
          const attachment = attachments.find(({ filename }) => media.url === `attachment://${filename}`);
          return renderPicture({
            url: pictureUrl('discord', attachment?.url ?? media.url),
            altText: description ?? attachment?.description ?? '',
            width: attachment?.width ?? media.width,
            height: attachment?.height ?? media.height,
          });
        }),
      );
    case 14:
      return el('hr');
    case 17:
      return el('div.embed', null, inner());
    default:
      return el(
        'p.small-print',
        null,
        `(a component of type ${component.type} that this page does not show)`,
      );
  }
}
