/** The most bytes that an image file may have, wherever it comes from. */
export const MAX_IMAGE_BYTES = 20_000_000;

/** The most pixels that an image may have, judged by its header before anything is decoded. */
export const MAX_IMAGE_PIXELS = 50_000_000;

/** The longest side that an image may have, in pixels; JPEG's own limit. */
export const MAX_IMAGE_SIDE = 65_535;
