import { html } from 'hono/html';

/** What `hono/html` makes. */
export type Markup = ReturnType<typeof html>;

const PLACES = [
  ['/', 'Dashboard'],
  ['/try', 'Try it'],
  ['/openapi.json', 'API'],
] as const;

/** A whole page. @param here the path of the page, for the navigation */
export function layout(here: string, title: string, content: Markup): Markup {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title} · Visual Narrator</title>
    <link rel="stylesheet" href="/page/style.css">
    <link rel="icon" href="/page/icon.svg" type="image/svg+xml">
    <script src="/page/try.js" type="module"></script>
  </head>
  <body>
    <header>
      <p class="name">Visual Narrator</p>
      <nav aria-label="Pages">
        ${PLACES.map(
          ([path, label]) =>
            html`<a href="${path}" ${path === here ? html`aria-current="page"` : ''}>${label}</a>`,
        )}
      </nav>
    </header>
    <main>
      <h1>${title}</h1>
      ${content}
    </main>
  </body>
</html>`;
}
