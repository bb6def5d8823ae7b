import { COMPONENT } from './component-schema.ts';
import type { Json } from './render.ts';
import { withoutNulls } from './render-message.ts';

/** The addresses of the media in components. */
export function mediaUrls(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(mediaUrls);
  if (typeof node !== 'object' || node === null) return [];
  const own = 'url' in node && typeof node.url === 'string' ? [node.url] : [];
  return [...own, ...Object.values(node).flatMap(mediaUrls)];
}

/** Defaults that Discord fills in for components that it gives back. */
const DEFAULTS: Readonly<Record<number, Json>> = {
  [COMPONENT.stringSelect]: { min_values: 1, max_values: 1, disabled: false },
  [COMPONENT.thumbnail]: { description: null, spoiler: false },
  [COMPONENT.file]: { spoiler: false },
  [COMPONENT.separator]: { divider: true, spacing: 1 },
  [COMPONENT.container]: { accent_color: null, spoiler: false },
};

/** Gives each component without an id the next number, as Discord does, and leaves out nulls. */
export function numberComponents(components: readonly object[]): Json[] {
  let next = 1;
  const number = (node: unknown, isComponent: boolean): unknown => {
    if (Array.isArray(node)) return node.map(each => number(each, isComponent));
    if (typeof node !== 'object' || node === null) return node;
    const given = withoutNulls(node as Json);
    const type = Number(given.type);
    const id = isComponent ? { id: given.id || next++ } : {};
    const inner = Object.entries(given).map(([key, value]) => [
      key,
      number(value, key === 'components' || key === 'accessory'),
    ]);
    const items = type === COMPONENT.mediaGallery ? galleryDefaults(given.items) : {};
    return { ...(DEFAULTS[type] ?? {}), ...Object.fromEntries(inner), ...items, ...id };
  };
  return components.map(component => number(component, true) as Json);
}

function galleryDefaults(items: unknown): Json {
  return {
    items: (items as Json[]).map(item => ({ description: null, spoiler: false, ...withoutNulls(item) })),
  };
}
