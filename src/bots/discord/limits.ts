/**
 * Discord's own limits, in UTF-16 code units where Discord counts code points: never over.
 *
 * https://discord.com/developers/docs/resources/message#embed-object-embed-limits and
 * https://discord.com/developers/docs/components/reference
 */
export const MAX_CONTENT = 2000;
export const MAX_EMBED_DESCRIPTION = 4096;
/** Over all embeds of a message. */
export const MAX_EMBED_TOTAL = 6000;
export const MAX_ALT_TEXT = 1024;
export const MAX_BUTTON_LABEL = 80;
export const MAX_ROWS = 5;
export const MAX_ROW_BUTTONS = 5;
export const MAX_FILES = 10;
export const MAX_MODAL_TITLE = 45;
export const MAX_FIELD_LABEL = 45;
export const MAX_FIELD_HINT = 100;
export const MAX_TEXT_INPUT = 4000;
export const MAX_SELECT_OPTIONS = 25;
export const MAX_OPTION_TEXT = 100;
export const MAX_TEXT_OPTION = 6000;
