import { z } from 'zod';
import { refuse, snowflake, text } from './form-types.ts';

/** The types of components (Discord's documentation, "Component Reference"). */
export const COMPONENT = {
  actionRow: 1,
  button: 2,
  stringSelect: 3,
  textInput: 4,
  section: 9,
  textDisplay: 10,
  thumbnail: 11,
  mediaGallery: 12,
  file: 13,
  separator: 14,
  container: 17,
  label: 18,
} as const;

const LINK_STYLE = 5;
const MAX_ROWS = 5;
const MAX_BUTTONS = 5;
const MAX_V2_COMPONENTS = 40;
const MAX_V2_TEXT = 4000;

const id = z.int().min(0).nullish();
const customId = text(1, 100);
const emoji = z.strictObject({
  id: snowflake.nullish(),
  name: z.string().nullish(),
  animated: z.boolean().nullish(),
});

const button = z
  .strictObject({
    type: z.literal(COMPONENT.button),
    id,
    custom_id: customId.nullish(),
    style: z.int().min(1).max(5),
    label: text(0, 80).nullish(),
    emoji: emoji.nullish(),
    url: z.url().max(512).nullish(),
    disabled: z.boolean().nullish(),
  })
  .superRefine((value, context) => {
    const isLink = value.style === LINK_STYLE;
    if (isLink === (value.url === undefined || value.url === null)) {
      refuse(
        context,
        isLink ? 'BASE_TYPE_REQUIRED' : 'BASE_TYPE_INVALID',
        isLink ? 'A url is required' : 'Only a link button has a url',
        ['url'],
      );
    }
    if (!isLink && !value.custom_id) {
      refuse(context, 'BUTTON_COMPONENT_CUSTOM_ID_REQUIRED', 'A custom id is required', ['custom_id']);
    }
    if (isLink && value.custom_id) {
      refuse(context, 'BASE_TYPE_INVALID', 'A custom id and url cannot both be specified', ['custom_id']);
    }
    if (!value.label && !value.emoji) {
      refuse(context, 'BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED', 'A label or emoji is required', ['label']);
    }
  });

const selectOption = z.strictObject({
  label: text(1, 100),
  value: text(1, 100),
  description: text(0, 100).nullish(),
  emoji: emoji.nullish(),
  default: z.boolean().nullish(),
});

export const stringSelect = z
  .strictObject({
    type: z.literal(COMPONENT.stringSelect),
    id,
    custom_id: customId,
    options: z.array(selectOption).min(1).max(25),
    placeholder: text(0, 150).nullish(),
    min_values: z.int().min(0).max(25).nullish(),
    max_values: z.int().min(1).max(25).nullish(),
    disabled: z.boolean().nullish(),
    required: z.boolean().nullish(),
  })
  .superRefine((value, context) => {
    const values = value.options.map(option => option.value);
    values.forEach((each, index) => {
      if (values.indexOf(each) !== index) {
        refuse(
          context,
          'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED',
          'The specified option value is already used',
          ['options', index, 'value'],
        );
      }
    });
    if (value.options.filter(option => option.default).length > (value.max_values ?? 1)) {
      refuse(context, 'SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES', 'There are too many default options', [
        'options',
      ]);
    }
  });

const actionRow = z
  .strictObject({
    type: z.literal(COMPONENT.actionRow),
    id,
    components: z
      .array(z.discriminatedUnion('type', [button, stringSelect]))
      .min(1)
      .max(MAX_BUTTONS),
  })
  .superRefine((row, context) => {
    if (row.components.length > 1 && row.components.some(component => component.type !== COMPONENT.button)) {
      refuse(
        context,
        'COMPONENT_LAYOUT_WIDTH_EXCEEDED',
        'The specified component exceeds the maximum width',
        ['components'],
      );
    }
  });

const media = z.strictObject({ url: z.string().max(2048) });
const textDisplay = z.strictObject({
  type: z.literal(COMPONENT.textDisplay),
  id,
  content: text(1, MAX_V2_TEXT),
});
const thumbnail = z.strictObject({
  type: z.literal(COMPONENT.thumbnail),
  id,
  media,
  description: text(0, 1024).nullish(),
  spoiler: z.boolean().nullish(),
});
const section = z.strictObject({
  type: z.literal(COMPONENT.section),
  id,
  components: z.array(textDisplay).min(1).max(3),
  accessory: z.discriminatedUnion('type', [button, thumbnail]),
});
const mediaGallery = z.strictObject({
  type: z.literal(COMPONENT.mediaGallery),
  id,
  items: z
    .array(z.strictObject({ media, description: text(0, 1024).nullish(), spoiler: z.boolean().nullish() }))
    .min(1)
    .max(10),
});
const file = z.strictObject({
  type: z.literal(COMPONENT.file),
  id,
  file: z.strictObject({ url: z.string().startsWith('attachment://') }),
  spoiler: z.boolean().nullish(),
});
const separator = z.strictObject({
  type: z.literal(COMPONENT.separator),
  id,
  divider: z.boolean().nullish(),
  spacing: z.int().min(1).max(2).nullish(),
});
const inContainer = [actionRow, section, textDisplay, mediaGallery, file, separator] as const;
const container = z.strictObject({
  type: z.literal(COMPONENT.container),
  id,
  components: z.array(z.discriminatedUnion('type', inContainer)).min(1),
  accent_color: z.int().min(0).max(0xffffff).nullish(),
  spoiler: z.boolean().nullish(),
});

export const messageComponents = z.array(z.discriminatedUnion('type', [...inContainer, container]));

/** What any component may hold, for walks over a tree of them. */
export interface AnyComponent {
  readonly type: number;
  readonly custom_id?: string | null;
  readonly content?: string;
  readonly disabled?: boolean | null;
  readonly components?: readonly AnyComponent[];
  readonly component?: AnyComponent;
  readonly accessory?: AnyComponent;
}

/** A component and all those in it. */
export function walkComponents(components: readonly AnyComponent[]): AnyComponent[] {
  return components.flatMap(component => [
    component,
    ...walkComponents([
      ...(component.components ?? []),
      ...(component.component === undefined ? [] : [component.component]),
      ...(component.accessory === undefined ? [] : [component.accessory]),
    ]),
  ]);
}

/**
 * Reports what the components of a message break together: custom ids used twice, too many rows, and what only the
 * flag `IS_COMPONENTS_V2` allows.
 */
export function checkComponents(
  components: readonly AnyComponent[],
  isV2: boolean,
  context: Parameters<typeof refuse>[0],
): void {
  const all = walkComponents(components);
  checkCustomIds(all, context);
  if (isV2) {
    if (all.length > MAX_V2_COMPONENTS) {
      refuse(context, 'BASE_TYPE_MAX_LENGTH', `Must be ${MAX_V2_COMPONENTS} or fewer in length.`, [
        'components',
      ]);
    }
    const chars = all.reduce((sum, component) => sum + [...(component.content ?? '')].length, 0);
    if (chars > MAX_V2_TEXT) {
      refuse(
        context,
        'COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED',
        `Displayable text exceeds maximum size of ${MAX_V2_TEXT}`,
        ['components'],
      );
    }
    return;
  }
  if (components.length > MAX_ROWS) {
    refuse(context, 'BASE_TYPE_MAX_LENGTH', `Must be ${MAX_ROWS} or fewer in length.`, ['components']);
  }
  components.forEach((component, index) => {
    if (component.type !== COMPONENT.actionRow) {
      refuse(
        context,
        'UNION_TYPE_CHOICES',
        `Value of field "type" must be one of (${COMPONENT.actionRow},).`,
        ['components', index, 'type'],
      );
    }
  });
}

export function checkCustomIds(all: readonly AnyComponent[], context: Parameters<typeof refuse>[0]): void {
  const ids = all.flatMap(component => component.custom_id ?? []);
  if (new Set(ids).size < ids.length) {
    refuse(context, 'COMPONENT_CUSTOM_ID_DUPLICATED', 'Component custom id cannot be duplicated', [
      'components',
    ]);
  }
}
