/**
 * Makes an element. Text goes in as text: nothing that a message says becomes markup.
 *
 * @param {string} name `div`, or `div.some.classes`
 * @param {Record<string, unknown> | null} [props] attributes; `onclick` and the like are listeners; null, undefined and
 *   false leave one out
 * @param {...(Node | string | null | undefined | false | (Node | string)[])} children
 * @returns {HTMLElement}
 */
export function el(name, props, ...children) {
  const [tag, ...classes] = name.split('.');
  const element = document.createElement(tag || 'div');
  if (classes.length > 0) element.classList.add(...classes);
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key === 'class') element.classList.add(...String(value).split(' '));
    else if (typeof value === 'function') element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? '' : String(value));
  }
  element.append(
    ...children.flat().filter(child => child !== null && child !== undefined && child !== false),
  );
  return element;
}

/** @param {string} selector */
export function $(selector, within = document) {
  return within.querySelector(selector);
}

let lastId = 0;

/** An id that no other element of the page has. */
export function freshId(prefix) {
  lastId++;
  return `${prefix}-${lastId}`;
}

/** Says something to who listens rather than looks. */
export function announce(text) {
  $('#announcements').textContent = text;
}
